import { createHash, type Hash } from 'node:crypto';
import type { Row } from './tables.ts';

/** The first line of an export. */
export interface Header {
  format: typeof FORMAT;
  /** Migrations of its schema, in their order. */
  migrations: readonly string[];
}
/** Its last line: how many rows of each table, and the SHA-256 of all lines before, in hexadecimal. */
export interface Trailer {
  rows: Record<string, number>;
  sha256: string;
}

export const FORMAT = 'canary-verdict export 1';

/** Counts what is written or read, line by line. */
export interface Tally {
  hash: Hash;
  rows: Record<string, number>;
}

export function createTally(): Tally {
  return { hash: createHash('sha256'), rows: {} };
}

/** `["analyses", {...}]`; JSON has neither bytes nor numbers that are not finite. */
export function encodeRow(table: string, row: Row): string {
  return JSON.stringify([table, row], (_, value: unknown) => {
    if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
    if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
    return value;
  });
}

export function decodeRow(line: string): [table: string, row: Row] {
  const [table, row] = JSON.parse(line) as [string, Row];
  for (const [column, value] of Object.entries(row)) {
    if (typeof value !== 'object' || value === null) continue;
    const { bytes, number } = value as { bytes?: string; number?: string };
    row[column] =
      bytes === undefined ? Number(number) : new Uint8Array(Buffer.from(bytes, 'base64'));
  }
  return [table, row];
}
