import type { CountSample } from '../../../stats/count-mixture.ts';
import type { TrackScale } from '../evidence/evidence-track.ts';
import type { SequentialOptions } from '../options.ts';
import { rates } from './rates.ts';

const LEAST_UNPAIRED = 30;

/** Tells from the samples so far on which scale a run is judged (S0, 3.5). */
export function createScaleChooser(
  { comparable }: { comparable: boolean },
  options: Pick<SequentialOptions, 'scale'>,
) {
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
      const isApart = fewest >= LEAST_UNPAIRED && pairs < fewest / 2;
      if (!comparable || isApart) return 'unpaired';
      return isPositive ? 'log' : 'linear';
    },
  };
}
