import type { ArModel } from './noise-models.ts';

/**
 * Kalman filters of one pair of series under several noise models at once (S2), as parallel arrays
 * with one entry a model. `observeArFilters` is the only writer.
 */
export interface ArFilters {
  models: readonly ArModel[];
  rho: Float64Array;
  whiteShare: Float64Array;
  /** Variance that the wandering state gains in a step. */
  innovation: Float64Array;
  /** Pairs observed so far. */
  count: number;
  /** Whether a baseline other than 0 was observed. */
  hasBaseline: boolean;
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
    rho: Float64Array.from(models, ({ rho }) => rho),
    whiteShare: Float64Array.from(models, ({ whiteShare }) => whiteShare),
    innovation: Float64Array.from(
      models,
      ({ rho, whiteShare }) => (1 - rho * rho) * (1 - whiteShare),
    ),
    count: 0,
    hasBaseline: false,
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

/** The same state in arrays of its own. */
export function copyArFilters(filters: ArFilters): ArFilters {
  const copies = Object.entries(filters).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Float64Array ? value.slice() : value,
  ]);
  return Object.fromEntries(copies) as ArFilters;
}

/**
 * Advances every filter by one time step; a pair with a NaN is missing and only lets time pass.
 * On the log scale the difference goes in as `canary` and 0 as `baseline`. Recursive least squares
 * in its stable form (differences from the running mean): raw sums of squares would cancel.
 */
export function observeArFilters(filters: ArFilters, canary: number, baseline: number): void {
  if (Number.isNaN(canary) || Number.isNaN(baseline)) {
    for (let k = 0; k < filters.models.length; k++) skip(filters, k);
    return;
  }
  filters.count++;
  // what a baseline of zeros adds up to is 0, so that half of the work can be left out
  if (baseline !== 0) filters.hasBaseline = true;
  for (let k = 0; k < filters.models.length; k++) advance(filters, k, canary, baseline);
}

function skip(f: ArFilters, k: number): void {
  const rho = f.rho[k]!;
  f.canary[k]! *= rho;
  f.baseline[k]! *= rho;
  f.regressor[k]! *= rho;
  f.variance[k] = rho * rho * f.variance[k]! + f.innovation[k]!;
}

/** Kalman step, and weighted least squares of the surprises on the regressor's surprise u, variance F. */
function advance(f: ArFilters, k: number, canary: number, baseline: number): void {
  const rho = f.rho[k]!;
  const variance = f.variance[k]!;
  const predicted = variance + f.whiteShare[k]!;
  if (predicted !== f.predicted[k]!) {
    f.predicted[k] = predicted;
    f.logPredicted[k] = Math.log(predicted);
  }
  f.logDeterminant[k]! += f.logPredicted[k]!;
  const gain = variance / predicted;
  const u = 1 - f.regressor[k]!;
  const before = f.information[k]!;
  const scaled = u / predicted;
  const after = before + scaled * u;
  const weight = before / (after * predicted);
  const step = scaled / after;
  const surprise = canary - f.canary[k]!;
  const residual = surprise - f.meanCanary[k]! * u;
  if (f.hasBaseline) {
    const surpriseBaseline = baseline - f.baseline[k]!;
    const residualBaseline = surpriseBaseline - f.meanBaseline[k]! * u;
    f.products[k]! += residual * residualBaseline * weight;
    f.squaresBaseline[k]! += residualBaseline * residualBaseline * weight;
    f.meanBaseline[k]! += step * residualBaseline;
    f.baseline[k] = rho * (f.baseline[k]! + gain * surpriseBaseline);
  }
  f.squaresCanary[k]! += residual * residual * weight;
  f.meanCanary[k]! += step * residual;
  f.information[k] = after;
  f.canary[k] = rho * (f.canary[k]! + gain * surprise);
  f.regressor[k] = rho * (f.regressor[k]! + gain * u);
  f.variance[k] = rho * rho * (variance - variance * gain) + f.innovation[k]!;
}

/** Sum of squares of canary - theta * baseline about its weighted mean under model k. */
export function sumOfSquares(f: ArFilters, k: number, theta: number): number {
  const squares =
    f.squaresCanary[k]! - 2 * theta * f.products[k]! + theta * theta * f.squaresBaseline[k]!;
  return Math.max(squares, 0);
}
