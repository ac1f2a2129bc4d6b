import type { PairInstances } from '../../../model/series.ts';
import { weighInstanceSpread } from '../../../stats/instance-spread.ts';
import { OFFSET_SIZES } from '../../../stats/offset-sizes.ts';

/** Samples from the start whose levels say how far instances of a side lie apart. */
export const SPREAD_SAMPLES = 30;

/**
 * ln of what the spread between the instances of each side says of each size of offset (S11), from the first
 * samples of the run: they are the same whatever comes later. Undefined where it says nothing.
 *
 * @param size of the baseline, on the linear scale; undefined on the log scale
 */
export function instanceLogWeights(
  { baseline, canary }: PairInstances,
  samples: number,
  size: number | undefined,
): number[] | undefined {
  const until = Math.min(samples, SPREAD_SAMPLES);
  const levelsOf = (instances: PairInstances['canary']) =>
    instances
      .map(({ values }) => meanOf(values.slice(0, until)))
      .map((mean) => (size === undefined ? Math.log(mean) : mean / size))
      .filter(Number.isFinite);
  return weighInstanceSpread(levelsOf(canary), levelsOf(baseline), {
    sizes: OFFSET_SIZES,
    noiseVariance: 0,
  });
}

/** Of the values that are there; NaN without any. */
export function meanOf(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
