import type { ArModel } from './noise-models.ts';

/** Change of the gain in a step that no result shows any more. */
const SETTLED = 1e-15;
/** Part of the squares below which a series does not vary. */
const ROUNDING = 1e-24;
/** Determinants below it are put away as their logarithm. */
const SMALL = 1e-200;

/**
 * ln of the likelihood of a whole series under each model, up to a constant, its mean and the size of its noise
 * unknown; undefined where it does not vary.
 *
 * Definition: the Kalman filter of an AR(1) in white noise, and generalised least squares of its surprises on those
 * of the regressor 1. `observeArFilters` is the same one value at a time; here sums of squares do not cancel, as
 * the series is centred first.
 * Convention: the filter's gain does not depend on the data, and settles geometrically; from then on to the next
 * gap it is taken for constant, which leaves one multiplication in the recursion.
 * Source: Harvey, Forecasting, Structural Time Series Models and the Kalman Filter (1989), sections 3.3 and 3.4.
 *
 * @param series in the order of time, NaN where there is no value
 */
export function arLikelihoods(
  series: Float64Array,
  models: readonly ArModel[],
): Float64Array | undefined {
  const { centred, count, least } = centre(series);
  const fits = models.map((model) => fit(centred, model));
  if (count < 2 || !fits.every(({ squares }) => squares > least)) return undefined;
  return Float64Array.from(
    fits,
    ({ logDeterminant, information, squares }) =>
      -(logDeterminant + Math.log(information) + (count - 1) * Math.log(squares)) / 2,
  );
}

/** About the mean of the values, with their number and the squares below which they do not vary. */
function centre(series: Float64Array): { centred: Float64Array; count: number; least: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const value of series) {
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  const centred = new Float64Array(series.length);
  for (let i = 0; i < series.length; i++) centred[i] = series[i]! - mean;
  return { centred, count, least: ROUNDING * squares };
}

interface Fit {
  /** Of the covariance, scaled by the variance of the noise. */
  logDeterminant: number;
  /** About the mean. */
  information: number;
  /** Weighted, about the fitted mean. */
  squares: number;
}

function fit(series: Float64Array, { rho, whiteShare }: ArModel): Fit {
  const innovation = (1 - rho * rho) * (1 - whiteShare);
  // predictions of the value and of the regressor, and the variance of the first without white noise
  let state = 0;
  let regressor = 0;
  let variance = 1 - whiteShare;
  let logDeterminant = 0;
  let determinant = 1;
  let information = 0;
  let cross = 0;
  let squares = 0;
  for (let i = 0; i < series.length; i++) {
    const value = series[i]!;
    if (Number.isNaN(value)) {
      state *= rho;
      regressor *= rho;
      variance = rho * rho * variance + innovation;
      continue;
    }
    const predicted = variance + whiteShare;
    const gain = variance / predicted;
    const surprise = value - state;
    const own = 1 - regressor;
    determinant *= predicted;
    information += (own * own) / predicted;
    cross += (own * surprise) / predicted;
    squares += (surprise * surprise) / predicted;
    state = rho * (state + gain * surprise);
    const change = rho * (regressor + gain * own) - regressor;
    const spread = rho * rho * (variance - variance * gain) + innovation - variance;
    regressor += change;
    variance += spread;
    if (determinant < SMALL)
      [logDeterminant, determinant] = [logDeterminant + Math.log(determinant), 1];
    if (Math.abs(change) > SETTLED || Math.abs(spread) > SETTLED) continue;
    const from = i + 1;
    const steady = runSteadily(series, from, { state, keep: rho * (1 - gain), take: rho * gain });
    const steps = steady.end - from;
    i = steady.end - 1;
    state = steady.state;
    logDeterminant += steps * Math.log(predicted);
    information += (steps * own * own) / predicted;
    cross += (own * steady.sum) / predicted;
    squares += steady.squares / predicted;
  }
  return {
    logDeterminant: logDeterminant + Math.log(determinant),
    information,
    squares: squares - (cross * cross) / information,
  };
}

/** The surprises up to the next gap, while the gain is constant. */
function runSteadily(
  series: Float64Array,
  from: number,
  { state: first, keep, take }: { state: number; keep: number; take: number },
): { end: number; state: number; sum: number; squares: number } {
  let end = from;
  let state = first;
  let sum = 0;
  let squares = 0;
  for (; end < series.length; end++) {
    const value = series[end]!;
    const surprise = value - state;
    if (Number.isNaN(surprise)) break;
    sum += surprise;
    squares += surprise * surprise;
    state = keep * state + take * value;
  }
  return { end, state, sum, squares };
}
