// The whole judge of one metric against the reference: restarts that know the run so far, running bounds, what is
// said at the end (S12, V7, V9).
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createBoundTest } from '../../../src/judges/sequential/evidence/bound-test.ts';
import type { TrackPlan } from '../../../src/judges/sequential/evidence/evidence-track.ts';
import {
  createMetricTest,
  type TestPlan,
} from '../../../src/judges/sequential/evidence/metric-test.ts';
import type { Noise } from '../../../src/judges/sequential/evidence/noise.ts';
import { resolveOptions } from '../../../src/judges/sequential/options.ts';
import { estimateRatio } from '../../../src/judges/sequential/describe/ratio-estimate.ts';
import { filterSegment, HISTORY_OPTIONS, learnPrior } from '../../../src/stats/ar-history.ts';
import { withoutHistory } from '../../../src/stats/count-history.ts';
import { detectableShift } from '../../../src/stats/detectable-shift.ts';
import { AR_MODELS, COUNT_MODELS } from '../../../src/stats/noise-models.ts';
import type { SegmentKind } from '../../../src/stats/offset-level.ts';
import { createRunningBound } from '../../../src/stats/running-bound.ts';
import { assertClose, fromNulls, readVectors } from '../../support/vectors.ts';

interface Case {
  name: string;
  segments: { kind: SegmentKind; d: (number | null)[] }[];
  run: (number | null)[];
  every: number;
  planned: number;
  levelAlpha: number;
  nullHigh: number;
  nullLow: number;
  lookEvery: number;
  path: {
    n: number;
    lnE_high: number;
    lnE_low: number;
    lower: number | null;
    upper: number | null;
    high: boolean;
    low: boolean;
  }[];
  end: {
    estimate: number;
    offset: number;
    spread: number;
    detectableHigh: number;
    detectableLow: number;
  };
}
const { judge: cases } = readVectors<{ judge: Case[] }>('run-offset');
const SIDES = { increase: 1, decrease: -1 } as const;

for (const vector of cases) {
  test(`running bounds agree with the reference: ${vector.name}`, () => {
    const { plan, options } = open(vector);
    const bounds = createBoundTest(plan, options);
    const threshold = -Math.log(vector.levelAlpha);
    const nulls = { increase: vector.nullHigh, decrease: vector.nullLow };
    const running = {
      increase: createRunningBound({ side: 1, nullValue: nulls.increase, threshold }),
      decrease: createRunningBound({ side: -1, nullValue: nulls.decrease, threshold }),
    };
    let fed = 0;
    for (const { n, ...expected } of vector.path) {
      for (; fed < n; fed++) bounds.observe(sampleOf(vector.run[fed] ?? NaN));
      for (const side of ['increase', 'decrease'] as const) {
        const against = (value: number) => bounds.logEvidence({ side, ratio: Math.exp(value) });
        const logE = against(nulls[side]);
        assertNear(
          logE,
          side === 'increase' ? expected.lnE_high : expected.lnE_low,
          `${side} at ${n}`,
        );
        running[side].look({
          logEvidence: against,
          reaches: (value) => bounds.reaches({ side, ratio: Math.exp(value) }, threshold),
          outermost: () => bounds.outermost(SIDES[side]),
          isNullRejected: logE >= threshold,
        });
      }
      const [lower, upper] = [running.increase.value(), running.decrease.value()];
      assertBound(lower, expected.lower, `lower bound at ${n}`);
      assertBound(upper, expected.upper, `upper bound at ${n}`);
      assert.equal(lower !== undefined && lower >= nulls.increase, expected.high);
      assert.equal(upper !== undefined && upper <= nulls.decrease, expected.low);
    }
  });

  test(`estimate and detectable change agree with the reference: ${vector.name}`, () => {
    const { testPlan, options } = open(vector);
    const { difference } = createMetricTest(testPlan, options);
    for (const d of fromNulls(vector.run)) difference.observe(sampleOf(d));
    const found = estimateRatio(difference)!;
    assertClose(Math.log(found.ratio), vector.end.estimate, 1e-7, 'estimate');
    assertClose(Math.log(found.expected), vector.end.offset, 1e-7, 'offset');
    assertClose(found.spread, vector.end.spread, 1e-7, 'spread');
    for (const side of ['increase', 'decrease'] as const) {
      const shift = detectableShift({
        nullValue: side === 'increase' ? vector.nullHigh : vector.nullLow,
        estimate: Math.log(found.ratio),
        spread: found.spread,
        side: SIDES[side],
        threshold: Math.log(2 / vector.levelAlpha),
        logEvidence: (value) => difference.evidence({ side, ratio: Math.exp(value) }),
      });
      const { detectableHigh, detectableLow } = vector.end;
      assertClose(shift!, side === 'increase' ? detectableHigh : detectableLow, 1e-7, side);
    }
  });
}

function open({ segments, every, planned, nullHigh, nullLow }: Case) {
  const models = AR_MODELS.robust;
  const filtered = segments.map(({ kind, d }) => filterSegment(models, kind, fromNulls(d)));
  const learning = { ...HISTORY_OPTIONS, isPruned: false };
  const countModels = COUNT_MODELS.auto;
  const noise: Noise = {
    models,
    stretches: [],
    segments: filtered,
    learning,
    prior: learnPrior(models, filtered, learning),
    countModels,
    countPrior: withoutHistory(countModels),
    winsorBound: undefined,
  };
  const claims = {
    fail: [
      { ratio: Math.exp(nullHigh), side: 'increase' as const },
      { ratio: Math.exp(nullLow), side: 'decrease' as const },
    ],
    critical: [],
    margin: [],
  };
  const kind = 'continuous' as const;
  const options = resolveOptions({ restartEvery: every });
  const restarts = { every, planned };
  const testPlan: TestPlan = { claims, kind, isLog: true, noise, restarts };
  const plan: TrackPlan = {
    scale: 'log',
    claims,
    kind,
    noise,
    plannedSamples: planned,
    amountTests: [],
  };
  return { plan, testPlan, options };
}

function sampleOf(difference: number) {
  const canary = Math.exp(difference);
  return { canary, baseline: 1, canaryExposure: 1, baselineExposure: 1 };
}

function assertBound(actual: number | undefined, expected: number | null, label: string): void {
  if (expected === null) assert.equal(actual, undefined, label);
  else assertClose(actual ?? NaN, expected, 1e-7, label);
}

/** The tolerance of the vectors. */
function assertNear(actual: number, expected: number, label: string): void {
  assertClose(actual, expected, 1e-9 * Math.max(1, Math.abs(expected)), label);
}
