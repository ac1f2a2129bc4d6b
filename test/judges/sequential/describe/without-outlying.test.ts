import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSequentialJudge } from '../../../../src/judges/sequential/judge.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
} from '../../../support/sequential-input.ts';

const LENGTH = 90;

/** Five instances a side; those of the canary `factors` times as slow. */
function judgeFleet(factors: number[], aggregate: 'mean' | 'sum' = 'mean') {
  const random = createRandom(4);
  const side = (given: number[]) =>
    given.map((factor, i) => ({
      name: `pod-${i}`,
      values: latencies(random, LENGTH).map((value) => value * factor),
    }));
  const instances = { baseline: side([1, 1, 1, 1, 1]), canary: side(factors) };
  const whole = (parts: { values: number[] }[]) =>
    Array.from({ length: LENGTH }, (_, i) => {
      const sum = parts.reduce((total, { values }) => total + values[i]!, 0);
      return aggregate === 'sum' ? sum : sum / parts.length;
    });
  const pair = pairOf('m', {
    baseline: whole(instances.baseline),
    canary: whole(instances.canary),
  });
  const metric = metricConfig('m', { instances: { label: 'pod', aggregate } });
  const judgement = createSequentialJudge().judge(
    inputOf([metric], [pair], { instances: { m: instances } }),
  );
  return { warnings: judgement.warnings.join('\n'), metric: judgement.metrics[0]! };
}

test('a metric is judged once more without an instance that stands out, which decides nothing', () => {
  for (const aggregate of ['mean', 'sum'] as const) {
    const { warnings, metric } = judgeFleet([1, 1, 1, 1, 60], aggregate);
    assert.deepEqual(
      metric.sequential.instances?.map(({ side, instance }) => [side, instance]),
      [['canary', 'pod-4']],
    );
    assert.equal(metric.classification, 'High', 'a canary with a broken instance is broken');
    assert.equal(metric.sequential.labelWithoutInstances, 'Pass');
    assert.match(warnings, /times its siblings; without it the metric would not have failed/);
  }
});

test('a canary that is worse as a whole stays so', () => {
  const { warnings, metric } = judgeFleet([4, 4, 4, 4, 40]);
  assert.deepEqual(
    [metric.classification, metric.sequential.labelWithoutInstances],
    ['High', 'High'],
  );
  assert.match(warnings, /without it the result is the same/);
});

test('without such an instance nothing is said', () => {
  const { warnings, metric } = judgeFleet([1, 1, 1, 1, 1]);
  assert.equal(metric.sequential.labelWithoutInstances, undefined);
  assert.doesNotMatch(warnings, /siblings/);
});
