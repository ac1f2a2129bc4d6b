import { createArMixture } from './ar-mixture.ts';
import type { ArModel } from './noise-models.ts';

/** Two series on one time grid, NaN where there is no value; of different lengths where they cannot be paired. */
export interface Arms {
  canary: readonly number[];
  baseline: readonly number[];
  /** Whether value i of one arm was seen at the time of value i of the other. */
  paired: boolean;
  /** How values may depend on those before. */
  models: readonly ArModel[];
}

/** Standard errors by which the correlation of the arms must exceed 0 before it counts. */
const DOUBT = 2;

/**
 * Variance of the rank sum of two time series, in units of that of as many independent values: 1 for
 * independent values, (1 + rho)/(1 - rho) for two arms that wander as an AR(1), near 0 for two arms that
 * move together.
 *
 * Definition: by Hoeffding's projection the rank sum varies like the mean of the grades (mid-rank of a
 * value within its own arm, over the arm's size). Paired arms: of their difference at each time, so that
 * what moves both arms cancels; its long-run variance is the marginal one times the long-run factor of
 * the AR models, averaged over their posterior (S1). Unpaired arms: of each arm alone.
 * Convention: a healthy canary wanders no more than its baseline, so the factor is at most that of the
 * baseline alone; else a canary that gets worse in the middle of a run would be taken for one that
 * wanders. What the arms have in common counts only as far as it lies `DOUBT` standard errors (of
 * Fisher's transform, for as many values as are independent) beyond 0: two arms that wander apart look
 * alike by chance. Grades do not change with location, scale or any rising transform.
 * Edge cases: a series that does not vary, or is empty, does not wander either; above 0 always, as n values never show
 * a correlation above 1 - 1/n.
 * Sources: Munzel, Nonparametric methods for paired samples (1999); section 3.2 of the specification.
 */
export function rankVarianceFactor({ canary, baseline, paired, models }: Arms): number {
  const [own, other] = [grades(canary), grades(baseline)];
  const healthy = longRunFactor(other, models);
  if (paired) {
    const difference = own.map((grade, i) => grade - (other[i] ?? NaN));
    const persistence = longRunFactor(difference, models);
    return Math.min(persistence * (1 - sharedMovement(own, other, persistence)), healthy);
  }
  const [m, n] = [countValues(own), countValues(other)];
  return (Math.min(longRunFactor(own, models), healthy) / m + healthy / n) / (1 / m + 1 / n);
}

/** Mid-ranks within the series, in units of its size; NaN stays. */
function grades(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  const middles = new Map<number, number>();
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    middles.set(sorted[start]!, (start + end) / (2 * sorted.length));
  }
  return values.map((value) => middles.get(value) ?? NaN);
}

function longRunFactor(series: readonly number[], models: Arms['models']): number {
  const present = series.filter((value) => !Number.isNaN(value));
  if (present.every((value) => value === present[0])) return 1;
  const mixture = createArMixture({ models });
  for (const value of series) mixture.observe(value, 0);
  const factor = mixture.estimate(0)?.longRunFactor ?? 1;
  return Number.isFinite(factor) ? factor : 1;
}

/** 2 cov/(var + var) of the two series where both have a value, drawn towards 0 by its uncertainty. */
function sharedMovement(
  own: readonly number[],
  other: readonly number[],
  persistence: number,
): number {
  let [count, together, apart] = [0, 0, 0];
  own.forEach((grade, i) => {
    const [u, v] = [grade - 0.5, (other[i] ?? NaN) - 0.5];
    if (Number.isNaN(u + v)) return;
    count++;
    together += 2 * u * v;
    apart += u * u + v * v;
  });
  const independent = count / persistence;
  if (apart === 0 || independent <= 4) return 0;
  const limit = 1 - 1 / count;
  const z = Math.atanh(Math.max(-limit, Math.min(together / apart, limit)));
  const doubt = DOUBT / Math.sqrt(independent - 3);
  return Math.sign(z) * Math.tanh(Math.max(0, Math.abs(z) - doubt));
}

/** At least 1, so that an arm without a finite value is one that tells little. */
function countValues(series: readonly number[]): number {
  return Math.max(1, series.filter((value) => !Number.isNaN(value)).length);
}
