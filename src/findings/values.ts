import { SIDES, type Side } from '../model/scope.ts';
import type { ExaminedPair, Exhibit } from './exhibit.ts';

export function otherSide(side: Side): Side {
  return side === 'baseline' ? 'canary' : 'baseline';
}

/** The sides that the judge reads. */
export function sidesRead({ reads }: Exhibit): readonly Side[] {
  return reads === 'both' ? SIDES : ['canary'];
}

/** Values that came; infinite ones did. */
export function countPresent(values: readonly number[]): number {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count += 1;
  return count;
}

export function hasValues(pair: ExaminedPair, side: Side): boolean {
  return pair[side].some((value) => !Number.isNaN(value));
}

/** Steps at which a value differs from the one that came before it. */
export function countChanges(values: readonly number[]): number {
  let changes = 0;
  let before = Number.NaN;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(before) && value !== before) changes += 1;
    before = value;
  }
  return changes;
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + (Number.isFinite(value) ? value : 0), 0);
}
