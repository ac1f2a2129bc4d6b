import { Fault } from '../../errors.ts';

/** An object of an SLO file, its members unread. */
export type Fields = Record<string, unknown>;

/** A key without a value, as `filter:`, reads as null. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

export function isEmpty(value: unknown): boolean {
  return isAbsent(value) || (typeof value === 'object' && Object.keys(value!).length === 0);
}

export function fieldsOf(value: unknown, place: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(place, 'must be an object');
}

export function listOf(value: unknown, place: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(place, 'must be a list');
}

export function invalid(place: string, why: string): Fault {
  const message = `the SLO file cannot be imported: ${place} ${why}`;
  return new Fault('invalid-config', message, { subject: place });
}
