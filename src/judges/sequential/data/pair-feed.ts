import type { MetricKind } from '../../../model/config.ts';
import type { CountSample } from '../../../stats/count-mixture.ts';
import { createPairSelector, type Holds } from '../../../stats/held-samples.ts';
import { createSampleBlocks, stepsPerBlock } from '../../../stats/sample-blocks.ts';
import { isPair } from './rates.ts';

/** How the steps of a run are made observations. */
export interface FeedPlan {
  kind: MetricKind;
  /** Time between samples; 0 where it is not known. */
  stepMs: number;
  /** When the first sample begins; blocks of short steps are aligned to the clock. */
  startAt: number;
}

/** What a test is fed at each step: an observation, a missing one, or (undefined) nothing at all. */
export type PairFeed = (sample: CountSample) => CountSample | undefined;

/**
 * Keeps observations (D2) and puts steps under half a minute together (D4). Where values are held the rest is
 * no observation: no time passes for the filters. Where they are not, a missing pair is a step without one.
 */
export function createPairFeed({ kind, stepMs, startAt }: FeedPlan, holds: Holds): PairFeed {
  const selector = createPairSelector(holds);
  const isHeld = holds.canary !== 1 || holds.baseline !== 1;
  const steps = stepsPerBlock(stepMs);
  const take = (sample: CountSample) => (isHeld && !isPair(sample) ? undefined : sample);
  if (steps === 1) {
    return (sample) =>
      selector.observe(sample.canary, sample.baseline) || !isHeld ? take(sample) : undefined;
  }
  const blocks = createSampleBlocks({
    steps,
    offset: Number.isFinite(startAt) ? Math.round(startAt / stepMs) % steps : 0,
    combine: kind === 'count' ? 'sum' : 'mean',
  });
  return (sample) => {
    const isObservation = selector.observe(sample.canary, sample.baseline);
    const block = blocks.observe(sample, isObservation);
    return block === undefined ? undefined : take(block);
  };
}
