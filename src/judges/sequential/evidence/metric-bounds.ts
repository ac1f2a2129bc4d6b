import type { CountSample } from '../../../stats/count-mixture.ts';
import { createRunningBound, type BoundLook } from '../../../stats/running-bound.ts';
import type { Side } from './claims.ts';
import { createBoundTest, type BoundTest } from './bound-test.ts';
import { createBoundPath, type BoundMoment } from './bound-path.ts';
import { FEWEST_PAIRS, type TrackPlan } from './evidence-track.ts';
import type { SequentialOptions } from '../options.ts';

/** A ratio that the canary was shown to exceed, and one it was shown to stay below; absent = none yet. */
export interface RatioBounds {
  lower?: number;
  upper?: number;
}

/** What decides on one side. */
export interface SideLevel {
  /** ln of 1/level. */
  threshold: number;
  /** The tolerated ratio; absent where nothing is decided. */
  ratio?: number;
}

export interface MetricBounds {
  /**
   * Takes what the tests were fed, from where it stopped the last time. Of each side the samples after which
   * the tolerated ratio was rejected at its level; Infinity = it is not.
   */
  advance(fed: readonly (CountSample | undefined)[], rejectedAfter: Record<Side, number>): void;
  bounds(): RatioBounds;
  /** How they came to be, with the estimate at each moment. */
  path(): BoundMoment[];
}

/**
 * Running bounds of a metric (V7), from the same evidence at the same level as its label: the lower bound lies
 * at or beyond the tolerated ratio exactly when the metric was failed on that side. They are read off fewer
 * looks than there are samples (`isBoundLook`), and at the sample of the rejection.
 */
export function createMetricBounds(
  plan: TrackPlan,
  options: SequentialOptions,
  levels: Record<Side, SideLevel>,
): MetricBounds {
  const test = createBoundTest(plan, options);
  const sides = {
    increase: createSide(test, 'increase', levels.increase),
    decrease: createSide(test, 'decrease', levels.decrease),
  };
  const path = createBoundPath();
  let steps = 0;
  return {
    advance(fed, rejectedAfter) {
      while (steps < fed.length) {
        const before = test.pairs();
        test.observe(fed[steps]);
        steps++;
        const pairs = test.pairs();
        if (pairs < FEWEST_PAIRS) continue;
        const isRegular = pairs > before && test.isLook(pairs);
        for (const [side, bound] of Object.entries(sides) as [Side, BoundSide][]) {
          const isRejection = rejectedAfter[side] === steps;
          if (isRegular || isRejection) bound.look(isRejection);
        }
        const isTurn = Object.values(rejectedAfter).includes(steps);
        path.pass(steps, moment, isTurn);
      }
    },
    bounds,
    path: () => (steps === 0 ? [] : path.until(moment())),
  };

  function bounds(): RatioBounds {
    const [lower, upper] = [sides.increase.ratio(), sides.decrease.ratio()];
    return {
      ...(lower === undefined ? {} : { lower }),
      ...(upper === undefined ? {} : { upper }),
    };
  }

  function moment(): BoundMoment {
    const estimate = test.estimate();
    return { samples: steps, ...(estimate === undefined ? {} : { estimate }), ...bounds() };
  }
}

interface BoundSide {
  look(isRejection: boolean): void;
  ratio(): number | undefined;
}

function createSide(test: BoundTest, side: Side, { threshold, ratio }: SideLevel): BoundSide {
  const sign = side === 'increase' ? 1 : -1;
  const nullValue = ratio === undefined ? undefined : test.valueOf(ratio);
  const bound = createRunningBound({
    side: sign,
    threshold,
    ...(nullValue === undefined ? {} : { nullValue }),
  });
  const at: Omit<BoundLook, 'isNullRejected'> = {
    logEvidence: (value) => test.logEvidence({ side, ratio: test.ratioOf(value) }),
    reaches: (value) => test.reaches({ side, ratio: test.ratioOf(value) }, threshold),
    outermost: () => test.outermost(sign),
  };
  return {
    // after its rejection the bound lies beyond the null, and before it the null is not rejected
    look: (isRejection) => bound.look({ ...at, isNullRejected: isRejection }),
    ratio() {
      const value = bound.value();
      if (value === undefined) return undefined;
      const found = test.ratioOf(value);
      // exp(ln r) need not be r: what lies at the tolerance or beyond must not seem to lie within it
      const isBeyond = nullValue !== undefined && sign * (value - nullValue) >= 0;
      return isBeyond ? sign * Math.max(sign * found, sign * ratio!) : found;
    },
  };
}
