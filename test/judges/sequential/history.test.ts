// What the judge makes of earlier runs, of the time before the rollout, of instances, repeats and small amounts.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JudgeInput } from '../../../src/judges/judge.ts';
import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
} from '../../support/sequential-input.ts';
import { assertClose } from '../../support/vectors.ts';

const random = createRandom(17);

function run(factor: number, length = 120) {
  return {
    baseline: latencies(random, length),
    canary: latencies(random, length).map((value) => factor * value),
  };
}

function judgeRun(
  arms: { baseline: number[]; canary: number[] },
  extra: Partial<JudgeInput> = {},
  metric: Partial<MetricConfig> = {},
) {
  const input = inputOf([metricConfig('latency', metric)], [pairOf('latency', arms)], extra);
  return createSequentialJudge().judge(input).metrics[0]!;
}

test('a difference that earlier runs had too fails nobody, the same without history does', () => {
  const arms = run(1.2);
  const latency = [1.19, 1.22, 1.18, 1.21].map((factor) => run(factor));
  assert.equal(judgeRun(arms).classification, 'High');
  const { classification, sequential } = judgeRun(arms, { history: { latency } });
  assert.notEqual(classification, 'High');
  const { expected, observed, estimate } = sequential;
  assert.deepEqual([expected!.runs, expected!.hasBefore], [4, false]);
  assertClose(
    expected!.ratio * estimate!,
    observed!,
    1e-9,
    'what is expected and what is beyond it',
  );
  assertClose(observed!, 1.2, 0.04, 'observed');
});

test('the time before the rollout says what these instances differ by', () => {
  const before = { latency: run(1.2, 240) };
  const usual = judgeRun(run(1.2), { before });
  assert.notEqual(usual.classification, 'High');
  assertClose(usual.sequential.expected!.ratio, 1.2, 0.05, 'expected');
  assert.equal(judgeRun(run(1.7), { before }).classification, 'High');
});

test('a step inside the run is found however much runs differ', () => {
  const latency = [0.7, 1.4, 1, 0.8, 1.3].map((factor) => run(factor));
  const arms = run(1, 240);
  const canary = arms.canary.map((value, i) => (i < 120 ? value : 1.6 * value));
  const { classification, sequential } = judgeRun({ ...arms, canary }, { history: { latency } });
  assert.equal(classification, 'High');
  assert.ok(Math.abs(sequential.since! - 120) <= 3, `${sequential.since}`);
});

test('repeats are no observations, and the finding says so', () => {
  const hold = 4;
  const held = (values: number[]) => values.map((_, i) => values[i - (i % hold)]!);
  const { baseline, canary } = run(1, 160);
  const { sequential } = judgeRun({ baseline: held(baseline), canary: held(canary) });
  assert.deepEqual(sequential.held, {
    canaryHold: hold,
    baselineHold: hold,
    steps: 160,
    observations: 40,
  });
  assert.equal(sequential.pairs, 40);
});

test('instances that lie apart excuse a difference between the sides, a broken one is named', () => {
  const instance = (name: string, factor: number) => {
    return { name, values: latencies(random, 60).map((value) => factor * value) };
  };
  const side = (factors: number[], prefix: string) =>
    factors.map((factor, i) => instance(`${prefix}${i}`, factor));
  const mean = (all: { values: number[] }[]) =>
    all[0]!.values.map((_, t) => all.reduce((sum, { values }) => sum + values[t]!, 0) / all.length);
  const judgeSides = (canary: number[], baseline: number[]) => {
    const instances = { canary: side(canary, 'c'), baseline: side(baseline, 'b') };
    const arms = { canary: mean(instances.canary), baseline: mean(instances.baseline) };
    return judgeRun(arms, { instances: { latency: instances } });
  };
  const alike = [1, 1.01, 0.99, 1, 1.01];
  const apart = [0.7, 1.3, 1, 1.6, 0.9];
  assert.equal(
    judgeSides(
      alike.map((value) => 1.4 * value),
      alike,
    ).classification,
    'High',
  );
  assert.notEqual(
    judgeSides(
      apart.map((value) => 1.4 * value),
      apart,
    ).classification,
    'High',
  );
  const { instances } = judgeSides([1, 1.01, 3, 0.99, 1], alike).sequential;
  assert.deepEqual(
    instances!.map(({ side: where, instance: name }) => [where, name]),
    [['canary', 'c2']],
  );
  assertClose(instances![0]!.ratio, 3, 0.2, 'times its siblings');
});

test('a change must exceed the amount as well as the ratio', () => {
  const rates = (level: number) => latencies(random, 120).map((value) => (level * value) / 100);
  const arms = { baseline: rates(1e-6), canary: rates(3e-6) };
  assert.equal(judgeRun(arms).classification, 'High');
  for (const amount of [0.001, 1e-5]) {
    const { classification, sequential } = judgeRun(arms, {}, { minimumChange: amount });
    assert.notEqual(classification, 'High');
    assert.deepEqual(sequential.minimumChange, { amount, isExceeded: false });
    assert.ok((sequential.bounds!.lower ?? 0) < 1.05);
  }
  const exceeded = judgeRun(arms, {}, { minimumChange: 1e-6 });
  assert.deepEqual(
    [exceeded.classification, exceeded.sequential.minimumChange!.isExceeded],
    ['High', true],
  );
  const zeros = {
    baseline: arms.baseline.map((v, i) => (i % 7 === 0 ? 0 : v)),
    canary: arms.canary,
  };
  assert.notEqual(judgeRun(zeros, {}, { minimumChange: 1e-5 }).classification, 'High');
  assert.equal(judgeRun(zeros, {}, { minimumChange: 1e-6 }).classification, 'High');
});
