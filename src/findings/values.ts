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
  return values.reduce((count, value) => count + Number(!Number.isNaN(value)), 0);
}

export function hasValues(pair: ExaminedPair, side: Side): boolean {
  return pair[side].some((value) => !Number.isNaN(value));
}

/** Steps at which a value differs from the one that came before it. */
export function countChanges(values: readonly number[]): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.filter((value, i) => i > 0 && value !== present[i - 1]).length;
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + (Number.isFinite(value) ? value : 0), 0);
}
