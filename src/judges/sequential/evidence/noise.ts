import {
  filterSegment,
  learnPrior,
  type HistoryOptions,
  type HistorySegment,
  type PriorComponent,
} from '../../../stats/ar-history.ts';
import type { ArFilters } from '../../../stats/ar-filter.ts';
import { learnCountPrior, type CountComponent } from '../../../stats/count-history.ts';
import type { CountSample } from '../../../stats/count-mixture.ts';
import {
  AR_MODELS,
  COUNT_MODELS,
  type ArModel,
  type CountModel,
} from '../../../stats/noise-models.ts';
import type { SegmentKind } from '../../../stats/offset-level.ts';
import { winsorBound } from '../../../stats/winsorise.ts';
import type { SequentialOptions } from '../options.ts';
import { rates } from '../data/rates.ts';

/** Earlier samples of a metric, observations only, and what their level says of the run's. */
export interface LearnedStretch {
  kind: SegmentKind;
  samples: readonly CountSample[];
}

/** How two samples are made one difference; NaN where there is none. */
export type DifferenceOf = (values: { canary: number; baseline: number }) => number;

/** Everything learned from earlier runs, once per metric and scale. */
export interface Noise {
  models: readonly ArModel[];
  stretches: readonly LearnedStretch[];
  segments: readonly HistorySegment[];
  learning: HistoryOptions;
  prior: readonly PriorComponent[];
  countModels: readonly CountModel[];
  countPrior: readonly CountComponent[];
  winsorBound: number | undefined;
}

export const logDifference: DifferenceOf = ({ canary, baseline }) =>
  canary > 0 && baseline > 0 ? Math.log(canary) - Math.log(baseline) : NaN;

export const linearDifference: DifferenceOf = ({ canary, baseline }) => canary - baseline;

/** What is known of the offset beside earlier levels: see `HistoryOptions`. */
interface KnownBeside {
  instanceLogWeights?: readonly number[] | undefined;
  seasonVariance?: number | undefined;
}

/** Learns noise and offset from earlier samples (S9, S10, S11, C5) on the scale that the run is judged on. */
export function learnNoise(
  stretches: readonly LearnedStretch[],
  { differenceOf, isLog }: { differenceOf: DifferenceOf; isLog: boolean },
  options: SequentialOptions,
  known: KnownBeside = {},
): Noise {
  const models = AR_MODELS[options.preset];
  const { instanceLogWeights, seasonVariance } = known;
  const differences = stretches.map(({ samples }) =>
    samples.map((sample) => differenceOf(rates(sample))),
  );
  const segments = stretches.map(({ kind }, i) => filterSegment(models, kind, differences[i]!));
  const { historyDiscount: discount, changedRegime } = options;
  const learning = {
    discount,
    changedRegime,
    isPruned: true,
    scale: isLog ? 1 : meanBaseline(stretches),
    ...(instanceLogWeights === undefined ? {} : { instanceLogWeights }),
    ...(seasonVariance === undefined ? {} : { seasonVariance }),
  };
  const countModels = COUNT_MODELS[options.countPreset];
  return {
    models,
    stretches,
    segments,
    learning,
    prior: learnPrior(models, segments, learning),
    countModels,
    countPrior: learnCountPrior(countModels, stretches, learning),
    winsorBound: options.robust ? winsorBound(differences.flat()) : undefined,
  };
}

/** The prior of a restart, which knows the run so far too (S12). */
export function priorAfter({ models, segments, learning }: Noise, sofar: ArFilters) {
  const scale = learning.scale > 0 ? learning.scale : Math.abs(sofar.meanBaseline[0]!);
  return learnPrior(models, [...segments, { kind: 'sofar', filters: sofar }], {
    ...learning,
    scale,
  });
}

/** The same for counts, whose samples so far are filtered anew. */
export function countPriorAfter(
  { countModels, stretches, learning }: Noise,
  samples: readonly CountSample[],
) {
  return learnCountPrior(countModels, [...stretches, { kind: 'sofar', samples }], learning);
}

/** Size of the baseline, in whose units offsets are measured; 0 where there is none. */
function meanBaseline(stretches: readonly LearnedStretch[]): number {
  let [sum, count] = [0, 0];
  for (const { samples } of stretches) {
    for (const sample of samples) {
      const { canary, baseline } = rates(sample);
      if (Number.isNaN(canary - baseline)) continue;
      sum += Math.abs(baseline);
      count++;
    }
  }
  return sum > 0 ? sum / count : 0;
}
