import type { CountSample } from '../../../stats/count-mixture.ts';
import type { RestartPlan } from '../../../stats/restart-mixture.ts';
import type { Claim, Claims, Side } from './claims.ts';
import type { MetricKind } from '../../../model/config.ts';
import { countPriorAfter, priorAfter, type Noise } from './noise.ts';
import type { SequentialOptions } from '../options.ts';
import { createRestartParts, type RestartParts } from './restart-parts.ts';
import {
  createAmountTest,
  createCounts,
  createDifference,
  createRank,
  createWinsorised,
  type Difference,
  type Statistic,
} from './statistic.ts';

/** What a test of one metric is made from. */
export interface TestPlan {
  claims: Claims;
  kind: MetricKind;
  isLog: boolean;
  noise: Noise;
  restarts: RestartPlan;
}

/** The test of a metric with its restarts; `difference` follows the whole run, whatever the test is. */
export interface MetricTest extends RestartParts {
  difference: Difference;
}

type Options = Pick<SequentialOptions, 'test'>;

/** Whether the test knows every ratio, and not only those that it was made for. */
export function knowsEveryRatio({ kind, noise }: TestPlan, { test }: Options): boolean {
  return kind !== 'count' && test === 'ar' && noise.winsorBound === undefined;
}

/** The test of the ratio (3.7): the difference itself, counts, ranks or clipped differences. */
export function createMetricTest(plan: TestPlan, options: Options): MetricTest {
  const { noise, isLog } = plan;
  if (knowsEveryRatio(plan, options)) {
    const parts = createRestartParts<Difference>((whole) => {
      const prior = whole === undefined ? noise.prior : priorAfter(noise, whole.mixture.snapshot());
      return createDifference({ models: noise.models, prior }, isLog);
    }, plan.restarts);
    return { ...parts, difference: parts.whole };
  }
  const difference = createDifference(noise, isLog);
  const sofar: CountSample[] = [];
  const ratios = ratiosOf(plan.claims);
  const parts = createRestartParts(
    () => createRatioTest(plan, options, { ratios, sofar, difference }),
    plan.restarts,
  );
  return {
    ...parts,
    difference,
    observe(sample) {
      parts.observe(sample);
      if (sample === undefined) return;
      difference.observe(sample);
      if (plan.kind === 'count') sofar.push(sample);
    },
  };
}

/** The ratios that are claimed, and no change, below which no restart is asked. */
function ratiosOf({ fail, critical, margin }: Claims): number[] {
  return [...new Set([1, ...[...fail, ...critical, ...margin].map(({ ratio }) => ratio)])];
}

/** A test of the given ratios alone; its restarts know the run so far. */
export function createRatioTest(
  { kind, noise, isLog }: Pick<TestPlan, 'kind' | 'noise' | 'isLog'>,
  options: Options,
  {
    ratios,
    sofar,
    difference,
  }: { ratios: number[]; sofar: readonly CountSample[]; difference?: Difference },
): Statistic {
  const isStart = sofar.length === 0 || difference === undefined;
  const prior = isStart ? noise.prior : priorAfter(noise, difference.mixture.snapshot());
  const countPrior = isStart ? noise.countPrior : countPriorAfter(noise, sofar);
  const known = { ...noise, prior, countPrior };
  const continuous = createContinuous();
  return kind === 'count' ? createCounts(known, { rates: continuous, ratios }) : continuous;

  function createContinuous(): Statistic {
    if (options.test === 'rank') return createRank(isLog, ratios);
    if (noise.winsorBound !== undefined) return createWinsorised(noise, isLog, ratios);
    return createDifference(known, isLog);
  }
}

/** The test of an absolute smallest change on one side (S15), with restarts like any other. */
export function createAmountParts(
  { noise, isLog, restarts }: Pick<TestPlan, 'noise' | 'isLog' | 'restarts'>,
  { amount, side }: { amount: number; side: Side },
): RestartParts {
  return createRestartParts<ReturnType<typeof createAmountTest>>((whole) => {
    const prior = whole === undefined ? noise.prior : priorAfter(noise, whole.mixture.snapshot());
    return createAmountTest({ models: noise.models, prior }, { amount, side, isLog });
  }, restarts);
}

/** What an amount test is asked: the ratio says nothing to it. */
export function amountClaim({ side }: Claim): Claim {
  return { side, ratio: 1 };
}
