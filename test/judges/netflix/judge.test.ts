import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { Fault } from '../../../src/errors.ts';
import { createNetflixJudge } from '../../../src/judges/netflix/judge.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
import type { Judgement } from '../../../src/model/judgement/judgement.ts';
import type { Pair } from '../../../src/model/series.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';

const THRESHOLDS = { pass: 95, marginal: 75 };
const FLAT = [10, 11, 12, 10, 11, 12, 10, 11, 12, 10, 11, 12];
const HIGH = FLAT.map((value) => value * 2);
const GAPS = [NaN, NaN, NaN];

function judge(metrics: MetricConfig[], pairs: Pair[], weights = {}): Judgement {
  const config = createCanaryConfig(metrics, weights);
  return createNetflixJudge().judge({ config, thresholds: THRESHOLDS, pairs });
}

function judgeOne(changes: Partial<MetricConfig>, baseline: number[], canary: number[]): Judgement {
  return judge([createMetricConfig(changes)], [createPair('latency', baseline, canary)]);
}

test('a clear increase carries its evidence', () => {
  const { verdict, metrics } = judgeOne({ unit: 'ms' }, FLAT, HIGH);
  const [metric] = metrics;
  assert.equal(verdict, 'fail');
  assert.equal(metric?.classification, 'High');
  assert.equal(metric.ratio, 2);
  assert.equal(metric.unit, 'ms');
  const { test: name, level, estimate, interval, bound, ratio, effect, cles } = metric.evidence!;
  assert.deepEqual([name, level, cles, effect.value], ['Mann-Whitney U', 0.98, 1, 2]);
  assert.ok(interval.lower < estimate && estimate < interval.upper && interval.lower > bound);
  assert.equal(bound, 0.25 * estimate);
  assert.ok(Math.abs(ratio.estimate - (11 + estimate) / 11) < 1e-12);
});

test('the direction decides what harms', () => {
  assert.equal(judgeOne({ direction: 'decrease' }, FLAT, HIGH).verdict, 'pass');
  assert.equal(judgeOne({ direction: 'increase' }, HIGH, FLAT).verdict, 'pass');
  assert.equal(judgeOne({ direction: 'decrease' }, HIGH, FLAT).metrics[0]?.classification, 'Low');
});

test('two different constants are judged without chance', () => {
  const { metrics } = judgeOne({}, [5, 5, 5], [6, 6, 6]);
  assert.equal(metrics[0]?.classification, 'High');
  assert.deepEqual(metrics[0].evidence?.interval, { lower: 1, upper: 1 });
  assert.equal(metrics[0].ratio, 1.2);
});

test('one value against one value is an error, and no verdict', () => {
  const { verdict, score, scoreClassification, metrics, reason } = judgeOne({}, [5], [6]);
  assert.equal(metrics[0]?.classification, 'Error');
  assert.deepEqual([score, scoreClassification, verdict], [100, 'Pass', 'nodata']);
  assert.match(reason, /^not enough data: no metric could be compared/);
});

test('one value against zeros is an error, also when the zeros are many', () => {
  assert.equal(judgeOne({}, [0, 0, 0, 0], [5]).metrics[0]?.classification, 'Error');
});

test('an infinity passes without a test, and without a verdict', () => {
  for (const canary of [
    [...HIGH, Infinity],
    [...HIGH, -Infinity],
  ]) {
    const { verdict, metrics, warnings } = judgeOne({}, FLAT, canary);
    assert.equal(metrics[0]?.classification, 'Pass');
    assert.ok(Number.isNaN(metrics[0].ratio));
    assert.equal(verdict, 'nodata');
    assert.match(warnings[0]!, /infinite/);
  }
});

test('missing data is no verdict, unless the metric must have data', () => {
  assert.equal(judgeOne({}, FLAT, GAPS).verdict, 'nodata');
  assert.equal(judgeOne({ critical: true }, FLAT, []).verdict, 'nodata');
  assert.equal(judgeOne({ noData: 'fail' }, FLAT, GAPS).verdict, 'fail');
  assert.equal(judgeOne({ noData: 'fail', critical: true }, FLAT, GAPS).verdict, 'nodata');
});

test('nothing but zeros in place of gaps is no verdict', () => {
  const { verdict, scoreClassification } = judgeOne({ missingValues: 'zero' }, GAPS, GAPS);
  assert.deepEqual([verdict, scoreClassification], ['nodata', 'Pass']);
  assert.equal(judgeOne({ missingValues: 'zero' }, [], []).verdict, 'nodata');
});

test('nothing unmuted, or nothing at all, is no verdict', () => {
  assert.equal(judgeOne({ muted: true }, FLAT, FLAT).verdict, 'nodata');
  assert.equal(judge([], []).verdict, 'nodata');
});

test('a critical metric that really failed outweighs one without data', () => {
  const metrics = [
    createMetricConfig({ name: 'empty', critical: true }),
    createMetricConfig({ name: 'broken', critical: true }),
  ];
  const pairs = [createPair('empty', FLAT, GAPS), createPair('broken', FLAT, HIGH)];
  const { verdict, scoreReason, reason } = judge(metrics, pairs);
  assert.equal(scoreReason, 'Canary Failed: Missing data for empty');
  assert.equal(verdict, 'fail');
  assert.match(reason, /^fail: critical metric broken is 2 times the baseline/);
});

test('a config it cannot work with is refused', () => {
  const pairs = [createPair('latency', FLAT, HIGH)];
  const isInvalid = (thrown: unknown): boolean =>
    thrown instanceof Fault &&
    thrown.code === 'invalid-config' &&
    thrown.subject === 'metric "latency"';
  assert.throws(() => judge([], pairs), isInvalid);
  for (const factor of [0, -1, NaN]) {
    const outliers = { strategy: 'remove', factor } as const;
    assert.throws(() => judgeOne({ outliers }, FLAT, HIGH), isInvalid);
  }
});

test('the first of two metrics of one name is used, and every pair is judged', () => {
  const metrics = [createMetricConfig({ direction: 'decrease' }), createMetricConfig()];
  const pair = createPair('latency', FLAT, HIGH);
  const judged = judge(metrics, [pair, { ...pair, id: 'second' }]).metrics;
  assert.deepEqual(
    judged.map(({ pairId, classification }) => [pairId, classification]),
    [
      ['latency-1', 'Pass'],
      ['second', 'Pass'],
    ],
  );
});

const value = fc.oneof(
  fc.double({ min: -1e6, max: 1e6 }),
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1e308, -1e308, 5e-324),
);
const values = fc.array(value, { maxLength: 40 });
const PLAIN = { noNullPrototype: true };
const options = fc.record(
  {
    direction: fc.constantFrom('increase' as const, 'decrease' as const, 'either' as const),
    missingValues: fc.constantFrom('remove' as const, 'zero' as const),
    outliers: fc.record(
      {
        strategy: fc.constantFrom('keep' as const, 'remove' as const),
        factor: fc.double({ min: 0.1, max: 5, noNaN: true }),
      },
      PLAIN,
    ),
    critical: fc.boolean(),
    noData: fc.constantFrom('ignore' as const, 'fail' as const, 'inconclusive' as const),
    muted: fc.boolean(),
  },
  PLAIN,
);
const metricsAndPairs = fc
  .array(fc.tuple(options, values, values), { minLength: 1, maxLength: 5 })
  .map((items) => ({
    metrics: items.map(([changes], index) => createMetricConfig({ ...changes, name: `m${index}` })),
    pairs: items.map(([, baseline, canary], index) => createPair(`m${index}`, baseline, canary)),
  }));

test('any data gets a judgement, the same each time, and stays as it was', () => {
  fc.assert(
    fc.property(metricsAndPairs, ({ metrics, pairs }) => {
      const before = structuredClone({ metrics, pairs });
      const judgement = judge(metrics, pairs);
      assert.deepEqual({ metrics, pairs }, before);
      assert.deepEqual(judge(metrics, pairs), judgement);
      for (const metric of judgement.metrics) {
        assert.ok(
          metric.sentence.length > 0 && !/undefined|NaN/.test(metric.sentence),
          metric.sentence,
        );
      }
      assert.ok(judgement.reason.length > 0 && !/undefined|NaN/.test(judgement.reason));
    }),
    { numRuns: 500 },
  );
});

test('the order of metrics changes no label', () => {
  fc.assert(
    fc.property(metricsAndPairs, ({ metrics, pairs }) => {
      const forward = judge(metrics, pairs);
      const backward = judge(metrics.toReversed(), pairs.toReversed());
      assert.deepEqual(backward.metrics.toReversed(), forward.metrics);
      assert.deepEqual([backward.verdict, backward.score], [forward.verdict, forward.score]);
    }),
    { numRuns: 200 },
  );
});
