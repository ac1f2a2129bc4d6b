import type { CountModel } from './noise-models.ts';

/** Events and exposures (requests, instances) of both arms in one interval; NaN = missing. */
export interface CountSample {
  canary: number;
  baseline: number;
  canaryExposure: number;
  baselineExposure: number;
}

/** One model of how the log rate ratio wanders, filtered over the samples so far (C2). */
export interface CountFilter {
  rho: number;
  innovation: number;
  state: number;
  regressor: number;
  variance: number;
  /** ln of the likelihood at the null that the residuals were taken from, but for `determinant`. */
  logLikelihood: number;
  /** Product of the newest predicted variances, of which the likelihood loses the square root. */
  determinant: number;
  /** Their weighted sum, and its information about the ratio beyond that null. */
  cross: number;
  information: number;
}

/** Less than a millionth of an event, and more events than a double counts, are no counts. */
const FEWEST_EVENTS = 1e-6;

/** Predicted variances lie between about 1e-16 and 1e9 of `scoreResidual`: their products stay doubles. */
const SMALL = 1e-200;
const LARGE = 1e200;

/** C1: distance of the linearised log rate ratio from the null, and its variance; NaN without events. */
export function scoreResidual(sample: CountSample, logRatio: number) {
  const { canary, baseline, canaryExposure, baselineExposure } = sample;
  const events = canary + baseline;
  const expected = Math.exp(logRatio) * canaryExposure;
  const share = expected / (expected + baselineExposure);
  const variance = 1 / (events * share * (1 - share));
  const isCount = canary >= 0 && baseline >= 0 && events >= FEWEST_EVENTS;
  const isUsable = isCount && events <= Number.MAX_SAFE_INTEGER && variance > 0 && variance < 1e9;
  if (!isUsable) return { residual: NaN, variance: NaN };
  return { residual: (canary - events * share) * variance, variance };
}

export function createCountFilter({ sd, rho }: CountModel): CountFilter {
  return {
    rho,
    innovation: (1 - rho * rho) * sd * sd,
    state: 0,
    regressor: 0,
    variance: sd * sd,
    logLikelihood: 0,
    determinant: 1,
    cross: 0,
    information: 0,
  };
}

export function observeCountFilter(f: CountFilter, residual: number, noise: number): void {
  const { rho } = f;
  if (Number.isNaN(residual)) {
    f.state *= rho;
    f.regressor *= rho;
    f.variance = rho * rho * f.variance + f.innovation;
    return;
  }
  const predicted = f.variance + noise;
  const surprise = residual - f.state;
  const u = 1 - f.regressor;
  const gain = f.variance / predicted;
  f.logLikelihood -= (surprise * surprise) / predicted / 2;
  f.determinant *= predicted;
  if (!(f.determinant > SMALL && f.determinant < LARGE)) putAway(f);
  f.cross += (surprise * u) / predicted;
  f.information += (u * u) / predicted;
  f.state = rho * (f.state + gain * surprise);
  f.regressor = rho * (f.regressor + gain * u);
  f.variance = rho * rho * (f.variance - f.variance * gain) + f.innovation;
}

/** One logarithm for many samples. */
function putAway(f: CountFilter): void {
  f.logLikelihood -= Math.log(f.determinant) / 2;
  f.determinant = 1;
}

/** ln of the likelihood at the ratio that fits best; needs a sample with events. */
export function freeLogLikelihood(filter: CountFilter): number {
  const { logLikelihood, determinant, cross, information } = filter;
  return logLikelihood - Math.log(determinant) / 2 + (cross * cross) / information / 2;
}
