import type { ArModel } from './noise-models.ts';

/**
 * Kalman filters of one pair of series under several noise models at once (S2), as parallel arrays
 * with one entry a model. `observeArFilters` is the only writer.
 */
export interface ArFilters {
  models: readonly ArModel[];
  /** Pairs observed so far. */
  count: number;
  /** Sum of ln F: log determinant of the scaled covariance. */
  logDeterminant: Float64Array;
  /** Information about the mean, in units of 1/sigma^2. */
  information: Float64Array;
  /** Weighted means of canary and baseline, and their sums of squares about them. */
  meanCanary: Float64Array;
  meanBaseline: Float64Array;
  squaresCanary: Float64Array;
  products: Float64Array;
  squaresBaseline: Float64Array;
  /** Predictions of canary, baseline and of the regressor 1; variance of the wandering state. */
  canary: Float64Array;
  baseline: Float64Array;
  regressor: Float64Array;
  variance: Float64Array;
  /** The newest F and its logarithm, which soon stops changing. */
  predicted: Float64Array;
  logPredicted: Float64Array;
}

export function createArFilters(models: readonly ArModel[]): ArFilters {
  const zeros = () => new Float64Array(models.length);
  return {
    models,
    count: 0,
    logDeterminant: zeros(),
    information: zeros(),
    meanCanary: zeros(),
    meanBaseline: zeros(),
    squaresCanary: zeros(),
    products: zeros(),
    squaresBaseline: zeros(),
    canary: zeros(),
    baseline: zeros(),
    regressor: zeros(),
    variance: Float64Array.from(models, ({ whiteShare }) => 1 - whiteShare),
    predicted: zeros().fill(1),
    logPredicted: zeros(),
  };
}

/**
 * Advances every filter by one time step; a pair with a NaN is missing and only lets time pass.
 * On the log scale the difference goes in as `canary` and 0 as `baseline`. Recursive least squares
 * in its stable form (differences from the running mean): raw sums of squares would cancel.
 */
export function observeArFilters(filters: ArFilters, canary: number, baseline: number): void {
  const missing = Number.isNaN(canary) || Number.isNaN(baseline);
  if (!missing) filters.count++;
  for (let k = 0; k < filters.models.length; k++) {
    if (missing) skip(filters, k);
    else advance(filters, k, canary, baseline);
  }
}

function skip(f: ArFilters, k: number): void {
  const { rho, whiteShare } = f.models[k]!;
  f.canary[k]! *= rho;
  f.baseline[k]! *= rho;
  f.regressor[k]! *= rho;
  f.variance[k] = rho * rho * f.variance[k]! + (1 - rho * rho) * (1 - whiteShare);
}

function advance(f: ArFilters, k: number, canary: number, baseline: number): void {
  const { rho, whiteShare } = f.models[k]!;
  const variance = f.variance[k]!;
  const predicted = variance + whiteShare;
  if (predicted !== f.predicted[k]!) {
    f.predicted[k] = predicted;
    f.logPredicted[k] = Math.log(predicted);
  }
  f.logDeterminant[k]! += f.logPredicted[k]!;
  const gain = variance / predicted;
  const surpriseCanary = canary - f.canary[k]!;
  const surpriseBaseline = baseline - f.baseline[k]!;
  const surpriseRegressor = 1 - f.regressor[k]!;
  absorb(f, k, surpriseRegressor, surpriseCanary, surpriseBaseline);
  f.canary[k] = rho * (f.canary[k]! + gain * surpriseCanary);
  f.baseline[k] = rho * (f.baseline[k]! + gain * surpriseBaseline);
  f.regressor[k] = rho * (f.regressor[k]! + gain * surpriseRegressor);
  f.variance[k] = rho * rho * (variance - variance * gain) + (1 - rho * rho) * (1 - whiteShare);
}

/** Weighted least squares of the surprises on the regressor's surprise u, variance F. */
function absorb(f: ArFilters, k: number, u: number, canary: number, baseline: number): void {
  const variance = f.predicted[k]!;
  const before = f.information[k]!;
  const after = before + (u * u) / variance;
  const weight = before / after / variance;
  const step = u / variance / after;
  const residualCanary = canary - f.meanCanary[k]! * u;
  const residualBaseline = baseline - f.meanBaseline[k]! * u;
  f.squaresCanary[k]! += residualCanary * residualCanary * weight;
  f.products[k]! += residualCanary * residualBaseline * weight;
  f.squaresBaseline[k]! += residualBaseline * residualBaseline * weight;
  f.meanCanary[k]! += step * residualCanary;
  f.meanBaseline[k]! += step * residualBaseline;
  f.information[k] = after;
}
