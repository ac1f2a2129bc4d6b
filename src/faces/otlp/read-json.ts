import { Fault } from '../../errors.ts';

/** Of 64 bits, JSON has texts (as protobuf's mapping wants it) or numbers (as some SDKs send it); undefined for neither. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Absent is empty. Fault `invalid-request` for something else than a list. */
export function listOf(value: unknown, what: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new Fault('invalid-request', `${what} of the OTLP message must be a list`);
}

export function recordsOf(value: unknown, what: string): Record<string, unknown>[] {
  const list = listOf(value, what);
  if (list.every(isRecord)) return list;
  throw new Fault('invalid-request', `each of ${what} of the OTLP message must be an object`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
