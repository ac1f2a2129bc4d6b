import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/**
 * Recorded answers of the original judge: `kayenta/` holds whole judgements and raw tests, `vectors/`
 * single statistics with the reference implementations' numbers; each file tells how it was made.
 */
export function readRecorded<T>(path: string): T {
  return JSON.parse(readText(path)) as T;
}

export function readRecordedLines<T>(path: string): T[] {
  const lines = readText(path).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

function readText(path: string): string {
  const bytes = readFileSync(new URL(`../fixtures/${path}`, import.meta.url));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Equal up to a relative difference; NaN equals NaN. */
export function isNear(actual: number, expected: number, relative: number): boolean {
  if (Object.is(actual, expected) || actual === expected) return true;
  return Math.abs(actual - expected) <= relative * Math.max(Math.abs(actual), Math.abs(expected));
}
