import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** Reads reference numbers; each file says in `meta` how they were made and to what tolerance. */
export function readVectors<T>(
  name: 'sequential' | 'presets' | 'special' | 'replay' | 'data-rules' | 'run-offset',
): T {
  const url = new URL(`../fixtures/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as T;
}

/** In the vectors a missing sample is null, in the code NaN. */
export function fromNulls(values: readonly (number | null)[]): number[] {
  return values.map((value) => value ?? NaN);
}

export function assertClose(
  actual: number,
  expected: number,
  tolerance: number,
  label: string,
): void {
  const near = Math.abs(actual - expected) <= tolerance;
  assert.ok(near, `${label}: got ${actual}, want ${expected} within ${tolerance}`);
}
