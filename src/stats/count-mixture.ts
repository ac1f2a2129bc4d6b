import type { LogEvidence, Sides } from './log-evidence.ts';
import { logSumExp } from './log-sum-exp.ts';
import { normalCdf } from './normal-distribution.ts';
import { COUNT_EFFECT_SIZES, type CountModel } from './noise-models.ts';

/** Events and exposures (requests, instances) of both arms in one interval; NaN = missing. */
export interface CountSample {
  canary: number;
  baseline: number;
  canaryExposure: number;
  baselineExposure: number;
}

export interface CountMixture {
  observe(sample: CountSample): void;
  /** Intervals with at least one event. */
  count(): number;
  /** Log e-values against a rate ratio of exp(logRatio); E = 1 before the first event. */
  logEvidence(sides: Sides): LogEvidence;
  /** At least the log e-value, for a fraction of its cost. */
  quickBound(side: keyof LogEvidence): number;
}

export interface CountMixtureOptions {
  models: readonly CountModel[];
  /** The null: ln of the rate ratio canary / baseline. */
  logRatio: number;
  /** ln of each model's weight; the models' priors by default. See `learnCountWeights`. */
  logWeights?: readonly number[];
}

/**
 * The count e-process (C1 to C3): given the events of both arms together the canary's share is
 * binomial with known variance, so its linearised log rate ratio is filtered like S2 with that
 * variance, over models of how the true ratio wanders. For another null make another mixture: the
 * variance depends on it. Source: Lindon & Malek 2011.03567 for the conditional view.
 */
export function createCountMixture(options: CountMixtureOptions): CountMixture {
  const { models, logRatio } = options;
  const logWeights = options.logWeights ?? models.map(({ prior }) => Math.log(prior));
  const filters = models.map(createFilter);
  let count = 0;
  return {
    observe: (sample) => {
      const { residual, variance } = scoreResidual(sample, logRatio);
      if (!Number.isNaN(residual)) count++;
      for (const filter of filters) observeFilter(filter, residual, variance);
    },
    count: () => count,
    logEvidence: (sides) =>
      count === 0 ? { either: 0, increase: 0, decrease: 0 } : evidence(filters, logWeights, sides),
    quickBound: (side) => (count === 0 ? 0 : largestRatio(filters, side)),
  };
}

/**
 * A ratio of sums is at most the largest ratio of its members; each effect size is given the
 * likelihood of a free one, and on the opposed side that of the null (see `ar-bound.ts`).
 */
function largestRatio(filters: readonly Filter[], side: keyof LogEvidence): number {
  const opposite = side === 'either' ? 0 : side === 'increase' ? -1 : 1;
  const logSides = side === 'either' ? 0 : Math.LN2;
  let largest = -Infinity;
  for (const filter of filters) {
    const { cross, information } = filter;
    refreshMass(filter);
    const isOpposed = (cross < 0 ? -1 : 1) === opposite;
    const gain = isOpposed ? 0 : logSides + (cross * cross) / information / 2;
    if (!(filter.logMass + gain <= largest)) largest = filter.logMass + gain;
  }
  return Number.isNaN(largest) ? Infinity : largest;
}

/** How much the information may grow before the mass, which falls with it, is computed anew. */
const STALE = 1.05;

/** ln of the weighted root of how far each effect size is from a free one; an old value is too large. */
function refreshMass(filter: Filter): void {
  if (filter.information <= filter.massInformation * STALE) return;
  filter.massInformation = filter.information;
  let mass = 0;
  for (const { psi, weight } of COUNT_EFFECT_SIZES) {
    mass += weight / Math.sqrt(1 + psi * psi * filter.information);
  }
  filter.logMass = Math.log(mass);
}

/**
 * Weights of the models after healthy runs (C4), each with its own free mean: discounted, and mixed
 * with the prior in case today's noise is another.
 */
export function learnCountWeights(
  models: readonly CountModel[],
  runs: readonly (readonly CountSample[])[],
  policy: { discount: number; changedRegime: number },
): number[] {
  const logs = models.map(({ prior }) => Math.log(prior));
  for (const run of runs) {
    const filters = models.map(createFilter);
    for (const sample of run) {
      const { residual, variance } = scoreResidual(sample, 0);
      for (const filter of filters) observeFilter(filter, residual, variance);
    }
    filters.forEach(({ logLikelihood, cross, information }, k) => {
      if (information === 0) return;
      const free = logLikelihood + (cross * cross) / information / 2 - Math.log(information) / 2;
      logs[k]! += policy.discount * free;
    });
  }
  const total = logSumExp(logs);
  return models.map(({ prior }, k) =>
    logSumExp([
      Math.log(1 - policy.changedRegime) + logs[k]! - total,
      Math.log(policy.changedRegime * prior),
    ]),
  );
}

/** Less than a millionth of an event, and more events than a double counts, are no counts. */
const FEWEST_EVENTS = 1e-6;

/** C1: distance of the linearised log rate ratio from the null, and its variance; NaN without events. */
function scoreResidual(sample: CountSample, logRatio: number) {
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

interface Filter {
  rho: number;
  innovation: number;
  state: number;
  regressor: number;
  variance: number;
  logLikelihood: number;
  cross: number;
  information: number;
  /** ln of the mass at an earlier information, for the bound. */
  logMass: number;
  massInformation: number;
}

function createFilter({ sd, rho }: CountModel): Filter {
  return {
    rho,
    innovation: (1 - rho * rho) * sd * sd,
    state: 0,
    regressor: 0,
    variance: sd * sd,
    logLikelihood: 0,
    cross: 0,
    information: 0,
    logMass: 0,
    massInformation: 0,
  };
}

function observeFilter(f: Filter, residual: number, noise: number): void {
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
  f.logLikelihood -= (Math.log(predicted) + (surprise * surprise) / predicted) / 2;
  f.cross += (surprise * u) / predicted;
  f.information += (u * u) / predicted;
  f.state = rho * (f.state + gain * surprise);
  f.regressor = rho * (f.regressor + gain * u);
  f.variance = rho * rho * (f.variance - f.variance * gain) + f.innovation;
}

function evidence(
  filters: readonly Filter[],
  logWeights: readonly number[],
  sides: Sides,
): LogEvidence {
  const nulls: number[] = [];
  const either: number[] = [];
  const increase: number[] = [];
  const decrease: number[] = [];
  filters.forEach(({ logLikelihood, cross, information }, k) => {
    const base = logWeights[k]! + logLikelihood;
    nulls.push(base);
    for (const { psi, weight } of COUNT_EFFECT_SIZES) {
      const precision = 1 / (psi * psi);
      const total = information + precision;
      const shrinkage = weight * Math.sqrt(precision / total);
      const log = base + Math.log(shrinkage) + (cross * cross) / (2 * total);
      const z = cross / Math.sqrt(total);
      either.push(log);
      if (sides === 'increase' || sides === 'both') increase.push(log + logSideMass(z));
      if (sides === 'decrease' || sides === 'both') decrease.push(log + logSideMass(-z));
    }
  });
  const logNull = logSumExp(nulls);
  return {
    either: logSumExp(either) - logNull,
    increase: logSumExp(increase) - logNull,
    decrease: logSumExp(decrease) - logNull,
  };
}

/** ln of twice Phi(z), finite however far the tail. */
function logSideMass(z: number): number {
  return Math.log(2 * normalCdf(z) + Number.MIN_VALUE);
}
