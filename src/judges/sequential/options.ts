import { parseDuration } from '../../model/time/duration.ts';
import { checkChoice, checkShare, refuseOption } from '../option-rules.ts';
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
  /** The change that a pass rules out, as a ratio above 1; downwards its inverse. */
  margin: number;
  /** Where the margin is not ruled out, the change that the run would have found, for a pass (V9). */
  mustFind: number;
  /** Pass as soon as every margin is ruled out; what comes later is not seen then (V10). */
  stopOnPass: boolean;
  /** Noise models: how far the difference of two healthy sides may be believed to wander (S14). */
  preset: ArPreset;
  countPreset: CountPreset;
  /** `auto` = ratios of values, unless a value <= 0 was seen: then ratios of means. */
  scale: 'auto' | 'log' | 'linear';
  /** `rank` = signed ranks: any tails, but only for differences that do not wander. */
  test: 'ar' | 'rank';
  /** Clip differences at three robust standard deviations of the history. */
  robust: boolean;
  /** Take off the daily shape of the log ratio, where three earlier days show one (S13). */
  seasonal: boolean;
  /** No early pass before. */
  minRunMs: number;
  /** Samples between two restarts, which find late regressions; 0 = none. */
  restartEvery: number;
  /** Newest earlier runs that are used, of each so many newest pairs, and how much one counts against a new one. */
  historyRuns: number;
  historyLimit: number;
  historyDiscount: number;
  /** Prior probability that today's noise is not yesterday's. */
  changedRegime: number;
  /** Prior probability of a regression, for the shown probabilities only. */
  priorRegression: number;
  /** What becomes of a pass at the end while a metric that counts is undecided. */
  onUndecided: 'hold' | 'pass' | 'fail';
}

export const SEQUENTIAL_DEFAULTS: SequentialOptions = {
  alpha: 0.05,
  multiplicity: 'holm',
  alphaPass: 0.05,
  margin: 1.1,
  mustFind: 2,
  stopOnPass: false,
  preset: 'robust',
  countPreset: 'auto',
  scale: 'auto',
  test: 'ar',
  robust: false,
  seasonal: false,
  minRunMs: 30 * 60_000,
  restartEvery: 30,
  historyRuns: 10,
  historyLimit: 480,
  historyDiscount: 0.1,
  changedRegime: 0.1,
  priorRegression: 0.2,
  onUndecided: 'hold',
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
] as const;
const AMOUNTS = ['minRunMs', 'restartEvery', 'historyRuns', 'historyLimit'] as const;
const RATIOS = ['margin', 'mustFind'] as const;

const CHOICES: Partial<Record<keyof SequentialOptions, readonly unknown[]>> = {
  multiplicity: ['holm', 'fdr'],
  preset: Object.keys(AR_MODELS),
  countPreset: Object.keys(COUNT_MODELS),
  scale: ['auto', 'log', 'linear'],
  test: ['ar', 'rank'],
  robust: [true, false],
  seasonal: [true, false],
  stopOnPass: [true, false],
  onUndecided: ['hold', 'pass', 'fail'],
};

/** Completes options; a Fault `bad-configuration` names the one that makes no sense. */
export function resolveOptions(given: Partial<SequentialOptions>): SequentialOptions {
  const options = { ...SEQUENTIAL_DEFAULTS, ...given };
  for (const [name, value] of Object.entries(options)) {
    const choices = CHOICES[name as keyof SequentialOptions];
    if (choices !== undefined) checkChoice(name, value, choices);
    const isNumber = typeof SEQUENTIAL_DEFAULTS[name as keyof SequentialOptions] === 'number';
    if (isNumber && typeof value !== 'number') refuseOption(name, 'must be a number');
  }
  for (const name of SHARES) checkShare(name, options[name]);
  for (const name of AMOUNTS) {
    if (!(options[name] >= 0 && options[name] < Infinity)) refuseOption(name, 'must be 0 or more');
  }
  for (const name of RATIOS) {
    if (!(options[name] > 1 && options[name] < Infinity)) refuseOption(name, 'must be above 1');
  }
  return options;
}
