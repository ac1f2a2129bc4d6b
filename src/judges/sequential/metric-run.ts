import type { CountSample } from '../../stats/count-mixture.ts';
import {
  createTrack,
  type MetricPlan,
  type MetricState,
  type TrackScale,
} from './evidence-track.ts';
import type { SequentialOptions } from './options.ts';
import { rates } from './statistic.ts';

export interface MetricRun {
  observe(sample: CountSample): void;
  /** What was observed, gaps included. */
  samples: readonly CountSample[];
  state(): MetricState;
}

/**
 * Follows one metric. The answer after n samples is a function of these samples alone, kept or
 * replayed: when one shows that the data need another scale (S0: a value <= 0; 3.5: arms that do not
 * meet in time), the run is recomputed on it from its first sample.
 */
export function createMetricRun(plan: MetricPlan, options: SequentialOptions): MetricRun {
  const chooser = createScaleChooser(plan, options);
  const samples: CountSample[] = [];
  let track = createTrack(plan, options, chooser.scale());
  return {
    observe(sample) {
      samples.push(sample);
      chooser.observe(sample);
      if (chooser.scale() === track.scale) track.observe(sample);
      else {
        track = createTrack(plan, options, chooser.scale());
        for (const earlier of samples) track.observe(earlier);
      }
    },
    samples,
    state: () => track.state(),
  };
}

const LEAST_UNPAIRED = 30;

function createScaleChooser(plan: MetricPlan, options: SequentialOptions) {
  let [canaries, baselines, pairs] = [0, 0, 0];
  let isPositive = options.scale !== 'linear';
  return {
    observe(sample: CountSample) {
      const { canary, baseline } = rates(sample);
      if (!Number.isNaN(canary)) canaries++;
      if (!Number.isNaN(baseline)) baselines++;
      if (!Number.isNaN(canary - baseline)) pairs++;
      if (options.scale === 'auto' && (canary <= 0 || baseline <= 0)) isPositive = false;
    },
    scale(): TrackScale {
      const fewest = Math.min(canaries, baselines);
      const apart = fewest >= LEAST_UNPAIRED && pairs < fewest / 2;
      if (!plan.comparable || apart) return 'unpaired';
      return isPositive ? 'log' : 'linear';
    },
  };
}
