import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import type { JudgeInput } from '../../../src/judges/judge.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
} from '../../support/sequential-input.ts';
import { assertClose } from '../../support/vectors.ts';

const random = createRandom(31);
const LENGTH = 200;

function measure(
  arms: { baseline: number[]; canary: number[] },
  extra: Partial<JudgeInput> = {},
  changes: Partial<MetricConfig> = {},
) {
  const input = inputOf([metricConfig('any', changes)], [pairOf('any', arms)], extra);
  return createSequentialJudge({ preset: 'auto' }).judge(input).metrics[0]!.sequential;
}

test('the interval covers the true ratio on every scale', () => {
  const baseline = latencies(random, LENGTH);
  const canary = latencies(random, LENGTH).map((value) => value * 1.2);
  const log = measure({ baseline, canary });
  const linear = measure({ baseline: [...baseline, 0], canary: [...canary, 0] });
  const count = measure({ baseline, canary }, {}, { kind: 'count' });
  for (const { scale, estimate, interval } of [log, linear, count]) {
    assertClose(estimate!, 1.2, 0.03, scale);
    assert.ok(interval!.lower < 1.2 && interval!.upper > 1.2, scale);
    assert.ok(interval!.lower > 1.1 && interval!.upper < 1.3, scale);
  }
  assert.deepEqual([log.scale, linear.scale, count.scale], ['log', 'linear', 'count']);
});

test('unpaired arms have a wider interval around the same ratio', () => {
  const at = (parity: number, factor: number) =>
    latencies(random, 2 * LENGTH).map((value, i) => (i % 2 === parity ? value * factor : NaN));
  const { scale, estimate, interval } = measure({ baseline: at(0, 1), canary: at(1, 1.2) });
  assert.equal(scale, 'unpaired');
  assertClose(estimate!, 1.2, 0.03, 'ratio');
  assert.ok(interval!.lower < 1.2 && interval!.upper > 1.2 && interval!.lower > 1);
});

test('exposures turn counts into rates', () => {
  const exposure = {
    baseline: Array.from({ length: LENGTH }, () => 9000),
    canary: Array.from({ length: LENGTH }, () => 1000),
  };
  const errors = () => Math.round(20 + 4 * random.normal());
  const baseline = Array.from({ length: LENGTH }, () => 9 * errors());
  const canary = Array.from({ length: LENGTH }, errors);
  const { estimate } = measure(
    { baseline, canary },
    { exposures: { any: exposure } },
    { kind: 'count' },
  );
  assertClose(estimate!, 1, 0.05, 'rate ratio');
});

test('wandering differences are worth fewer samples', () => {
  const worth = (rho: number) => {
    const arms = {
      baseline: latencies(random, LENGTH, rho),
      canary: latencies(random, LENGTH, rho),
    };
    return measure(arms).effectiveSampleSize;
  };
  assert.ok(worth(0) > 120);
  assert.ok(worth(0.8) < 60);
});

test('a baseline of zeros has no ratio', () => {
  const zeros = Array.from({ length: 20 }, () => 0);
  const noise = Array.from({ length: 20 }, () => random.uniform());
  const { estimate, interval } = measure({ baseline: zeros, canary: noise });
  assert.deepEqual([estimate, interval], [undefined, undefined]);
});

test('what is still to come shrinks as samples arrive', () => {
  const [baseline, canary] = [latencies(random, 200), latencies(random, 200)];
  const after = (n: number) =>
    measure({ baseline: baseline.slice(0, n), canary: canary.slice(0, n) });
  const [early, late] = [after(10), after(200)];
  assert.ok(early.samplesToConfirm! > 0 && early.samplesToConfirm! < 200);
  assert.equal(late.samplesToConfirm, undefined);
  assert.ok(late.detectableChange! < early.detectableChange! / 2);
});
