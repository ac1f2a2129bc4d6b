import { createArFilters, observeArFilters } from './ar-filter.ts';
import { logSumExp } from './log-sum-exp.ts';
import type { ArModel } from './noise-models.ts';

/** One way the noise may be, before the run: prior weight and prior knowledge of its size (S4). */
export interface NoiseRegime {
  /** Prior samples that the knowledge of the variance is worth; 0 = no history. */
  samples: number;
  /** Prior sum of squares per model; all 0 without history. */
  squares: Float64Array;
  logWeights: Float64Array;
}

export interface HistoryPolicy {
  /** How much one old sample counts against a new one. */
  discount: number;
  /** Prior probability that today's noise is not yesterday's. */
  changedRegime: number;
}

export const HISTORY_POLICY: HistoryPolicy = { discount: 0.25, changedRegime: 0.1 };

const CHANGED_REGIME_SAMPLES = 2;
const FEWEST_SAMPLES = 10;

/**
 * What earlier healthy runs say of the noise (S4): a discounted same-regime component and a weak
 * changed-regime one, both nuisance under both hypotheses. Each segment is a difference series with
 * its own free mean; NaN is a gap. Too little history (under 10 samples beyond the means) or one
 * that never moves teaches nothing: the plain prior is returned.
 */
export function learnRegimes(
  models: readonly ArModel[],
  segments: readonly ArrayLike<number>[],
  policy: HistoryPolicy = HISTORY_POLICY,
): NoiseRegime[] {
  const { samples, squares, logLikelihoods } = summarise(models, segments);
  if (samples < FEWEST_SAMPLES || squares.some((value) => !(value > 0))) return [ignorance(models)];
  const { discount, changedRegime } = policy;
  const n0 = discount * samples;
  const logs = models.map(
    ({ prior }, k) =>
      Math.log(prior) + discount * logLikelihoods[k]! - (n0 / 2) * Math.log(discount * squares[k]!),
  );
  const total = logSumExp(logs);
  return [
    {
      samples: n0,
      squares: squares.map((value) => discount * value),
      logWeights: Float64Array.from(logs, (log) => Math.log(1 - changedRegime) + log - total),
    },
    {
      samples: CHANGED_REGIME_SAMPLES,
      squares: squares.map((value) => (CHANGED_REGIME_SAMPLES * value) / samples),
      logWeights: Float64Array.from(models, ({ prior }) => Math.log(changedRegime * prior)),
    },
  ];
}

function ignorance(models: readonly ArModel[]): NoiseRegime {
  return {
    samples: 0,
    squares: new Float64Array(models.length),
    logWeights: Float64Array.from(models, ({ prior }) => Math.log(prior)),
  };
}

function summarise(models: readonly ArModel[], segments: readonly ArrayLike<number>[]) {
  const squares = new Float64Array(models.length);
  const logLikelihoods = new Float64Array(models.length);
  let samples = 0;
  for (const segment of segments) {
    const filters = createArFilters(models);
    for (let i = 0; i < segment.length; i++) observeArFilters(filters, segment[i]!, 0);
    if (filters.count < 2) continue;
    samples += filters.count - 1;
    for (let k = 0; k < models.length; k++) {
      squares[k]! += filters.squaresCanary[k]!;
      logLikelihoods[k]! -= (filters.logDeterminant[k]! + Math.log(filters.information[k]!)) / 2;
    }
  }
  return { samples, squares, logLikelihoods };
}
