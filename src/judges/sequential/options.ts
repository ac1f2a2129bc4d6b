import { Fault } from '../../errors.ts';
import { parseDuration } from '../../model/duration.ts';
import {
  AR_MODELS,
  COUNT_MODELS,
  type ArPreset,
  type CountPreset,
} from '../../stats/noise-models.ts';

/** What is kept at alpha over all metrics: the chance of any wrong failure, or the rate of wrong ones. */
export type Multiplicity = 'holm' | 'fdr';

/** What the sequential judge can be told beside the config; section 3.9 of its specification. */
export interface SequentialOptions {
  /** Probability that a healthy canary is ever failed, over all looks and all metrics together. */
  alpha: number;
  /** `fdr`: of the non-critical metrics the share of wrong ones among the failed is kept, not that of any. */
  multiplicity: Multiplicity;
  /** Probability that a canary as bad as the margin is passed early. */
  alphaPass: number;
  /** The change that an early pass must rule out, as a ratio above 1; downwards its inverse. */
  margin: number;
  /** Noise models; `default` = `auto` with history or at alpha <= 0.01, else `robust`. */
  preset: ArPreset | 'default';
  countPreset: CountPreset;
  /** `auto` = ratios of values, unless a value <= 0 was seen: then ratios of means. */
  scale: 'auto' | 'log' | 'linear';
  /** `rank` = signed ranks: any tails, but only for differences that do not wander. */
  test: 'ar' | 'rank';
  /** Clip differences at three robust standard deviations of the history. */
  robust: boolean;
  /** No early pass before. */
  minRunMs: number;
  /** Age that the newest interval must have; undefined = one step. Needs `elapsedMs`. */
  settleMs: number | undefined;
  /** Time at the start that is not judged. */
  warmupMs: number;
  /** Samples between two restarts, which find late regressions; 0 = none. */
  restartEvery: number;
  /** Newest samples of history that are used, and how much one counts against a new one. */
  historyLimit: number;
  historyDiscount: number;
  /** Prior probability that today's noise is not yesterday's. */
  changedRegime: number;
  /** Prior probability of a regression, for the shown probabilities only. */
  priorRegression: number;
  /** What becomes of a pass at the end while a metric was neither failed nor confirmed. */
  onInconclusive: 'pass' | 'marginal' | 'fail';
  /** Level of each built-in check: sample ratio and missing data. */
  checkAlpha: number;
}

export const SEQUENTIAL_DEFAULTS: SequentialOptions = {
  alpha: 0.05,
  multiplicity: 'holm',
  alphaPass: 0.05,
  margin: 1.1,
  preset: 'default',
  countPreset: 'auto',
  scale: 'auto',
  test: 'ar',
  robust: false,
  minRunMs: 30 * 60_000,
  settleMs: undefined,
  warmupMs: 0,
  restartEvery: 60,
  historyLimit: 480,
  historyDiscount: 0.25,
  changedRegime: 0.1,
  priorRegression: 0.2,
  onInconclusive: 'pass',
  checkAlpha: 0.001,
};

/**
 * Options as a config writes them, durations as text; what they leave out is left out here too. Their
 * values are checked by `resolveOptions`, as Kayenta's form of a config lets everything through.
 */
export function readOptions(written: Record<string, unknown>): Partial<SequentialOptions> {
  const { minRun, history, canaryShare: _share, ...same } = written;
  const minRunMs = typeof minRun === 'string' ? parseDuration(minRun) : undefined;
  return {
    ...(same as Partial<SequentialOptions>),
    ...(minRunMs === undefined ? {} : { minRunMs }),
    ...(typeof history === 'number' ? { historyLimit: history } : {}),
  };
}

const SHARES = [
  'alpha',
  'alphaPass',
  'historyDiscount',
  'changedRegime',
  'priorRegression',
  'checkAlpha',
] as const;
const AMOUNTS = ['minRunMs', 'warmupMs', 'restartEvery', 'historyLimit'] as const;

const CHOICES: Partial<Record<keyof SequentialOptions, readonly unknown[]>> = {
  multiplicity: ['holm', 'fdr'],
  preset: ['default', ...Object.keys(AR_MODELS)],
  countPreset: Object.keys(COUNT_MODELS),
  scale: ['auto', 'log', 'linear'],
  test: ['ar', 'rank'],
  robust: [true, false],
  onInconclusive: ['pass', 'marginal', 'fail'],
};

/** Completes options; a Fault `bad-configuration` names the one that makes no sense. */
export function resolveOptions(given: Partial<SequentialOptions>): SequentialOptions {
  const options = { ...SEQUENTIAL_DEFAULTS, ...given };
  for (const [name, value] of Object.entries(options)) {
    const choices = CHOICES[name as keyof SequentialOptions];
    if (choices !== undefined && !choices.includes(value)) {
      refuse(name, `must be one of ${choices.join(', ')}`);
    }
    const isNumber = typeof SEQUENTIAL_DEFAULTS[name as keyof SequentialOptions] === 'number';
    if (isNumber && typeof value !== 'number') refuse(name, 'must be a number');
  }
  for (const name of SHARES) {
    if (!(options[name] > 0 && options[name] < 1)) refuse(name, 'must lie between 0 and 1');
  }
  for (const name of AMOUNTS) {
    if (!(options[name] >= 0 && options[name] < Infinity)) refuse(name, 'must be 0 or more');
  }
  if (!(options.margin > 1 && options.margin < Infinity)) refuse('margin', 'must be above 1');
  return options;
}

/** The noise models that are believed where no earlier run tells. */
export function presetWithoutHistory({
  preset,
  alpha,
}: Pick<SequentialOptions, 'preset' | 'alpha'>): ArPreset {
  if (preset !== 'default') return preset;
  return alpha > 0.01 ? 'robust' : 'auto';
}

function refuse(name: string, rule: string): never {
  throw new Fault('bad-configuration', `the judge's option "${name}" ${rule}`, {
    subject: `option "${name}"`,
  });
}
