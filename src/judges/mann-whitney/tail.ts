import type { TailEvidence } from '../../model/judgement/judgement.ts';
import { normalQuantile } from '../../stats/normal-distribution.ts';
import { compareUpperTails } from '../../stats/quantile-test.ts';
import type { MetricConfig } from '../../model/config.ts';
import { ALLOWED, CRITICAL, harmfulMoves, labelMove, type Label, type Move } from './label.ts';
import type { Observations } from './observations.ts';
import { tolerate, toleranceOf } from './tolerate.ts';

/** The extreme tenth of the pooled values. */
const SHARE = 0.1;

/**
 * Looks for failures that come now and then: a canary that holds nearly all of the extreme values, also
 * after the baseline's were moved by the tolerance, while its typical values have not changed. Not where
 * the tolerance is a probability (`cles`): that moves no values.
 *
 * @param reach standard normal score that the uneven share must exceed
 */
export function findTail(
  { canary, baseline }: Observations,
  metric: MetricConfig,
  reach: number,
): { label: Label; tail: TailEvidence } | undefined {
  if (metric.effect.measure === 'cles') return undefined;
  for (const move of harmfulMoves(metric)) {
    const compareBeyond = (limit: Parameters<typeof toleranceOf>[1]): TailEvidence =>
      compareTails(canary, tolerate(baseline, move, toleranceOf(metric, limit)), move);
    const tail = compareBeyond(ALLOWED[move]);
    if (isClear(tail, reach)) {
      const isCritical = isClear(compareBeyond(CRITICAL[move]), reach);
      return { label: labelMove(move, metric, isCritical), tail };
    }
  }
  return undefined;
}

function isClear({ p }: TailEvidence, reach: number): boolean {
  return -normalQuantile(p) > reach;
}

function compareTails(canary: Float64Array, baseline: Float64Array, move: Move): TailEvidence {
  const [x, y] = move === 'increase' ? [canary, baseline] : [mirror(canary), mirror(baseline)];
  const { canary: held, baseline: others, p } = compareUpperTails(x, y, SHARE);
  return { side: move === 'increase' ? 'upper' : 'lower', canary: held, baseline: others, p };
}

function mirror(sorted: Float64Array): Float64Array {
  return sorted.toReversed().map((value) => -value);
}
