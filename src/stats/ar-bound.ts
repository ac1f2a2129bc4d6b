import type { ArFilters } from './ar-filter.ts';
import {
  boundMasses,
  measureBases,
  measureCells,
  measureDistances,
  type Null,
  type Terms,
} from './ar-terms.ts';
import type { LogEvidence } from './log-evidence.ts';

// Upper bounds of log E, for a fraction of its cost. Both give each effect size the likelihood of a
// free mean. One-sided, a component that sees the mean on the other side has at most its null likelihood
// times the shrinkage of its effect sizes, as there the one-sided likelihood falls from the null
// outwards: T_M(-t) <= f_M(t) (1 + t^2/M) / t. They are Infinity where they would overflow.

/** What of the evidence is bounded. */
export interface Bounded {
  against: Null;
  side: keyof LogEvidence;
}

/**
 * A ratio of sums is at most the largest ratio of its members (the mediant inequality): no logarithm
 * and no exponential. Close where all models agree; useless where a model that the data rule out sees
 * an effect.
 */
export function boundByLargestRatio(terms: Terms, filters: ArFilters, at: Bounded): number {
  measureCells(terms, filters, at.against.theta);
  measureDistances(terms, filters, at.against);
  boundMasses(terms);
  const { logMasses, signs } = terms;
  const opposite = oppositeSign(at.side);
  const logSides = at.side === 'either' ? 0 : Math.LN2;
  let largest = -Infinity;
  for (let i = 0; i < signs.length; i++) {
    const isOpposed = signs[i] === opposite;
    const value = isOpposed ? logMasses[i]! : logMasses[i]! + logSides + gainAbove(terms, i);
    if (value > largest) largest = value;
    else if (Number.isNaN(value)) return Infinity;
  }
  return largest;
}

/**
 * The same with each component at its weight after the data: one logarithm and one exponential a
 * component. The null's likelihoods come from the alternatives' by their mean gain, which by Jensen's
 * inequality is at most their sum.
 */
export function boundByFreeMean(terms: Terms, filters: ArFilters, at: Bounded): number {
  measureCells(terms, filters, at.against.theta);
  measureDistances(terms, filters, at.against);
  boundMasses(terms);
  const largest = weighFreeMeans(terms, filters);
  const { logMasses, nullLogs, signs } = terms;
  const opposite = oppositeSign(at.side);
  const sides = at.side === 'either' ? 1 : 2;
  let [favoured, opposed, total, gains, dropped] = [0, 0, 0, 0, 0];
  for (let i = 0; i < signs.length; i++) {
    const below = nullLogs[i]! - largest;
    const mass = Math.exp(logMasses[i]!);
    if (signs[i] === opposite) opposed = Math.max(opposed, mass);
    if (below < INVISIBLE) {
      dropped += DROPPED;
      continue;
    }
    const weight = Math.exp(below);
    if (signs[i] !== opposite) favoured += mass * weight;
    total += weight;
    gains += weight * gainAbove(terms, i);
  }
  const bound = opposed + sides * ((favoured + dropped) / total) * Math.exp(gains / total);
  return Number.isNaN(bound) ? Infinity : Math.log(bound);
}

/** A member this far below the largest is counted with its limit, which is the same as exactly. */
const INVISIBLE = -40;
const DROPPED = Math.exp(INVISIBLE);

/** Fills the scratch of null terms with the free mean's instead, and returns the largest. */
function weighFreeMeans(terms: Terms, filters: ArFilters): number {
  measureBases(terms, filters);
  const { bases, freedoms, within, nullLogs } = terms;
  let largest = -Infinity;
  for (let i = 0; i < nullLogs.length; i++) {
    const log = bases[i]! - (freedoms[i]! / 2) * Math.log(within[i]!);
    nullLogs[i] = log;
    if (log > largest) largest = log;
  }
  return largest;
}

function oppositeSign(side: keyof LogEvidence): number {
  return side === 'either' ? 0 : side === 'increase' ? -1 : 1;
}

/** At least ln of the likelihood ratio of a free mean to the null: ln(1 + x) <= x (6 + x) / (6 + 4x). */
function gainAbove({ between, within, freedoms }: Terms, i: number): number {
  const x = between[i]! / within[i]!;
  const log = x < 1 ? (x * (6 + x)) / (6 + 4 * x) : Math.log1p(x);
  return (freedoms[i]! / 2) * log;
}
