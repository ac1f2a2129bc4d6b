import type { ArFilters } from './ar-filter.ts';
import { NEGLIGIBLE, sumOfSquares, weighTerms, type Terms } from './ar-terms.ts';
import type { LogEvidence, Sides } from './log-evidence.ts';
import { studentTLowerTail, studentTUpperTail } from './student-t.ts';

/** What the run and its history say of the difference canary - theta * baseline. */
export interface DifferenceEstimate {
  /** Mean, averaged over the models' posterior. */
  mean: number;
  /** Long-run variance per sample, and the same in units of the marginal variance. */
  longRunVariance: number;
  longRunFactor: number;
}

/** Sums the scratch to log E, two-sided and, where wanted, one-sided (else -Infinity). */
export function totalEvidence(terms: Terms, sides: Sides): LogEvidence {
  const largest = largestExponent(terms);
  const floor = Math.max(terms.logNull + NEGLIGIBLE, largest - 700);
  const sums = { either: 0, increase: 0, decrease: 0 };
  for (let cell = 0; cell < terms.nullLogs.length; cell++) {
    if (terms.live[cell] === 1) addCell(terms, cell, { sums, largest, floor, sides });
  }
  const offset = largest - terms.logNull;
  return {
    either: offset + Math.log(sums.either),
    increase: offset + Math.log(sums.increase),
    decrease: offset + Math.log(sums.decrease),
  };
}

interface Summation {
  sums: LogEvidence;
  largest: number;
  floor: number;
  sides: Sides;
}

function addCell(terms: Terms, cell: number, { sums, largest, floor, sides }: Summation): void {
  const { exponents, scales, ratios } = terms;
  const effects = terms.effectWeights.length;
  const models = terms.factors.length;
  const freedom = terms.freedoms[Math.floor(cell / models)]!;
  const up = terms.signs[cell % models]! > 0;
  for (let i = cell * effects; i < (cell + 1) * effects; i++) {
    if (exponents[i]! < floor) continue;
    const weight = scales[i]! * Math.exp(exponents[i]! - largest);
    sums.either += weight;
    if (sides === 'none') continue;
    if (sides !== 'decrease') sums.increase += 2 * weight * sideMass(up, ratios[i]!, freedom);
    if (sides !== 'increase') sums.decrease += 2 * weight * sideMass(!up, ratios[i]!, freedom);
  }
}

function sideMass(favoured: boolean, ratio: number, freedom: number): number {
  return favoured ? studentTLowerTail(ratio, freedom) : studentTUpperTail(ratio, freedom);
}

function largestExponent({ live, exponents, effectWeights }: Terms): number {
  const effects = effectWeights.length;
  let largest = -Infinity;
  for (let cell = 0; cell < live.length; cell++) {
    if (live[cell] === 0) continue;
    for (let i = cell * effects; i < (cell + 1) * effects; i++) {
      if (exponents[i]! > largest) largest = exponents[i]!;
    }
  }
  return largest;
}

/** Averages over the posterior of regimes, models and effect sizes, with the mean free. */
export function estimateDifference(
  terms: Terms,
  filters: ArFilters,
  theta: number,
): DifferenceEstimate {
  weighTerms(terms, filters, { theta, delta: 0 });
  const models = filters.models.length;
  const effects = terms.effectWeights.length;
  const largest = largestExponent(terms);
  const result = { mean: 0, longRunVariance: 0, longRunFactor: 0 };
  let mass = 0;
  for (let i = 0; i < terms.exponents.length; i++) {
    const cell = Math.floor(i / effects);
    if (terms.live[cell] === 0) continue;
    const weight = terms.scales[i]! * Math.exp(terms.exponents[i]! - largest);
    const k = cell % models;
    const { samples, squares } = terms.regimes[Math.floor(cell / models)]!;
    const freedom = Math.max(filters.count + samples - 1, 1);
    const variance = (squares[k]! + sumOfSquares(filters, k, theta)) / freedom;
    mass += weight;
    result.mean += weight * (filters.meanCanary[k]! - theta * filters.meanBaseline[k]!);
    result.longRunFactor += weight * terms.factors[k]!;
    result.longRunVariance += weight * terms.factors[k]! * variance;
  }
  return {
    mean: result.mean / mass,
    longRunVariance: result.longRunVariance / mass,
    longRunFactor: result.longRunFactor / mass,
  };
}
