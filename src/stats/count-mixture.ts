import {
  createCountFilter,
  freeLogLikelihood,
  observeCountFilter,
  scoreResidual,
  type CountFilter,
  type CountSample,
} from './count-filter.ts';
import { withoutHistory, type CountComponent } from './count-history.ts';
import type { LogEvidence, Sides } from './log-evidence.ts';
import { logSumExp } from './log-sum-exp.ts';
import { normalCdf } from './normal-distribution.ts';
import { COUNT_EFFECT_SIZES, type CountModel } from './noise-models.ts';

export type { CountSample };

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
  /** The null: ln of the rate ratio canary / baseline, beyond the offset of `prior`. */
  logRatio: number;
  /** What is known of noise and offset; by default the models' priors and no offset. */
  prior?: readonly CountComponent[];
}

/**
 * The count e-process (C1 to C3, C5): given the events of both arms together the canary's share is
 * binomial with known variance, so its linearised log rate ratio is filtered like S2 with that
 * variance, over models of how the true ratio wanders. The run's offset is a random effect under both
 * hypotheses. For another null make another mixture: the variance depends on it.
 * Source: Lindon & Malek 2011.03567 for the conditional view.
 */
export function createCountMixture(options: CountMixtureOptions): CountMixture {
  const { models, logRatio, prior = withoutHistory(models) } = options;
  const filters = models.map(createCountFilter);
  const cells = prior.map((component) => createCell(component, filters[component.model]!));
  let count = 0;
  return {
    observe: (sample) => {
      const { residual, variance } = scoreResidual(sample, logRatio);
      if (!Number.isNaN(residual)) count++;
      for (const filter of filters) observeCountFilter(filter, residual, variance);
    },
    count: () => count,
    logEvidence: (sides) =>
      count === 0 ? { either: 0, increase: 0, decrease: 0 } : evidence(cells, sides),
    quickBound: (side) => (count === 0 ? 0 : largestRatio(cells, side)),
  };
}

/** A component and the state of its model. */
interface Cell extends CountComponent {
  filter: CountFilter;
  /** Prior variances of the effects (C3): a regression must be able to be larger than the offsets. */
  effects: { variance: number; weight: number; logWeight: number }[];
  /** ln of the mass at an earlier information, for the bound. */
  logMass: number;
  massInformation: number;
}

/** How much wider than the offsets a regression may be (c_a of S9.5). */
const OFFSET_REACH = 10;

function createCell(component: CountComponent, filter: CountFilter): Cell {
  const effects = COUNT_EFFECT_SIZES.map(({ psi, weight }) => ({
    variance: psi * psi + OFFSET_REACH * component.offsetSpread,
    weight,
    logWeight: Math.log(weight),
  }));
  return { ...component, filter, effects, logMass: 0, massInformation: 0 };
}

/**
 * A ratio of sums is at most the largest ratio of its members; each effect size is given the
 * likelihood of a free one, and on the opposed side that of the null (see `ar-bound.ts`).
 */
function largestRatio(cells: readonly Cell[], side: keyof LogEvidence): number {
  const opposite = side === 'either' ? 0 : side === 'increase' ? -1 : 1;
  const logSides = side === 'either' ? 0 : Math.LN2;
  let largest = -Infinity;
  for (const cell of cells) {
    const { cross, information } = cell.filter;
    refreshMass(cell);
    const distance = cross / information - cell.offset;
    const isOpposed = (distance < 0 ? -1 : 1) === opposite;
    const nullPrecision = information / (1 + information * cell.offsetVariance);
    const gain = isOpposed ? 0 : logSides + (nullPrecision * distance * distance) / 2;
    if (!(cell.logMass + gain <= largest)) largest = cell.logMass + gain;
  }
  return Number.isNaN(largest) ? Infinity : largest;
}

/** How much the information may grow before the mass, which falls with it, is computed anew. */
const STALE = 1.05;

/** ln of the weighted root of how far each effect size is from a free one; an old value is too large. */
function refreshMass(cell: Cell): void {
  const { information } = cell.filter;
  if (information <= cell.massInformation * STALE) return;
  cell.massInformation = information;
  const known = 1 + information * cell.offsetVariance;
  let mass = 0;
  for (const { variance, weight } of cell.effects) {
    mass += weight * Math.sqrt(known / (known + information * variance));
  }
  cell.logMass = Math.log(mass);
}

function evidence(cells: readonly Cell[], sides: Sides): LogEvidence {
  const nulls: number[] = [];
  const either: number[] = [];
  const increase: number[] = [];
  const decrease: number[] = [];
  for (const { filter, offset, offsetVariance, logWeight, effects } of cells) {
    const { cross, information } = filter;
    const distance = cross / information - offset;
    const base = logWeight + freeLogLikelihood(filter);
    // of the distance, when the true ratio varies like this about the mean. */
    const logDensity = (variance: number): number => {
      const spread = 1 + information * variance;
      return -(Math.log(spread) + (information * distance * distance) / spread) / 2;
    };
    nulls.push(base + logDensity(offsetVariance));
    for (const effect of effects) {
      const log = base + effect.logWeight + logDensity(offsetVariance + effect.variance);
      const uncertain = 1 / information + offsetVariance;
      const z = distance * Math.sqrt(effect.variance / (uncertain * (uncertain + effect.variance)));
      either.push(log);
      if (sides === 'increase' || sides === 'both') increase.push(log + logSideMass(z));
      if (sides === 'decrease' || sides === 'both') decrease.push(log + logSideMass(-z));
    }
  }
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
