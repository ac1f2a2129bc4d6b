import type { ArFilters } from './ar-filter.ts';
import {
  LEAST_SQUARES,
  measureDistances,
  refreshGammas,
  type Null,
  type Terms,
} from './ar-terms.ts';
import type { LogEvidence } from './log-evidence.ts';

// Upper bounds of log E, for a fraction of its cost. Both give each effect size the likelihood of a
// free mean. One-sided, a model that sees the mean on the other side has at most its null likelihood
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
  measureDistances(terms, filters, at.against);
  refreshMasses(terms, filters);
  const opposite = oppositeSign(at.side);
  const logSides = at.side === 'either' ? 0 : Math.LN2;
  const models = filters.models.length;
  let largest = -Infinity;
  for (let k = 0; k < models; k++) {
    const logMass = terms.logMasses[k]!;
    if (terms.signs[k] === opposite) {
      if (logMass > largest) largest = logMass;
      continue;
    }
    for (let r = 0; r < terms.regimes.length; r++) {
      const value = logMass + logSides + gainAbove(terms, r, k);
      if (value > largest) largest = value;
      else if (Number.isNaN(value)) return Infinity;
    }
  }
  return largest;
}

/**
 * The same with each model at its weight after the data: one logarithm and one exponential a model
 * and regime. The null's likelihoods come from the alternatives' by their mean gain, which by Jensen's
 * inequality is at most their sum.
 */
export function boundByFreeMean(terms: Terms, filters: ArFilters, at: Bounded): number {
  measureDistances(terms, filters, at.against);
  refreshMasses(terms, filters);
  const largest = weighFreeMeans(terms, filters);
  const opposite = oppositeSign(at.side);
  const sides = at.side === 'either' ? 1 : 2;
  const models = filters.models.length;
  let [favoured, opposed, total, gains, dropped] = [0, 0, 0, 0, 0];
  for (let r = 0; r < terms.regimes.length; r++) {
    for (let k = 0; k < models; k++) {
      const below = terms.nullLogs[r * models + k]! - largest;
      const mass = Math.exp(terms.logMasses[k]!);
      if (terms.signs[k] === opposite) opposed = Math.max(opposed, mass);
      if (below < INVISIBLE) {
        dropped += DROPPED;
        continue;
      }
      const weight = Math.exp(below);
      if (terms.signs[k] !== opposite) favoured += mass * weight;
      total += weight;
      gains += weight * gainAbove(terms, r, k);
    }
  }
  const bound = opposed + sides * ((favoured + dropped) / total) * Math.exp(gains / total);
  return Number.isNaN(bound) ? Infinity : Math.log(bound);
}

/** A member this far below the largest is counted with its limit, which is the same as exactly. */
const INVISIBLE = -40;
const DROPPED = Math.exp(INVISIBLE);

/** Fills the scratch of null terms with the free mean's instead, and returns the largest. */
function weighFreeMeans(terms: Terms, filters: ArFilters): number {
  const models = filters.models.length;
  refreshGammas(terms);
  let largest = -Infinity;
  for (let r = 0; r < terms.regimes.length; r++) {
    const { squares } = terms.regimes[r]!;
    const half = terms.freedoms[r]! / 2;
    for (let k = 0; k < models; k++) {
      const within = Math.max(squares[k]! + terms.squares[k]!, LEAST_SQUARES);
      const cell = r * models + k;
      const log =
        terms.logPriors[cell]! +
        terms.logGammas[r]! -
        filters.logDeterminant[k]! / 2 -
        half * Math.log(within);
      terms.nullLogs[cell] = log;
      if (log > largest) largest = log;
    }
  }
  return largest;
}

function oppositeSign(side: keyof LogEvidence): number {
  return side === 'either' ? 0 : side === 'increase' ? -1 : 1;
}

/** At least ln of the likelihood ratio of a free mean to the null: ln(1 + x) <= x (6 + x) / (6 + 4x). */
function gainAbove(terms: Terms, r: number, k: number): number {
  const within = Math.max(terms.regimes[r]!.squares[k]! + terms.squares[k]!, LEAST_SQUARES);
  const x = terms.between[k]! / within;
  const log = x < 1 ? (x * (6 + x)) / (6 + 4 * x) : Math.log1p(x);
  return (terms.freedoms[r]! / 2) * log;
}

/** How much information may grow before the masses are computed anew; they only fall with it. */
const STALE = 1.05;

/**
 * ln of the weighted root of how far each effect size is from a free mean: the constant part of a
 * model's terms. Old values are too large, so that they bound as well.
 */
function refreshMasses(terms: Terms, filters: ArFilters): void {
  if (filters.count < terms.massesStaleAt) return;
  terms.massesStaleAt = Math.ceil(filters.count * STALE) + 1;
  const { precisions, effectWeights, logMasses } = terms;
  const effects = effectWeights.length;
  for (let k = 0; k < filters.models.length; k++) {
    let mass = 0;
    for (let j = 0; j < effects; j++) {
      const precision = precisions[k * effects + j]!;
      mass += effectWeights[j]! * Math.sqrt(precision / (filters.information[k]! + precision));
    }
    logMasses[k] = Math.log(mass);
  }
}
