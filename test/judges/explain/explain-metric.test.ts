import assert from 'node:assert/strict';
import { test } from 'node:test';

import { explainMetric } from '../../../src/judges/explain/explain-metric.ts';
import { createNetflixJudge } from '../../../src/judges/netflix/judge.ts';
import type { EffectPolicy, MetricConfig } from '../../../src/model/config.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';

function wave(level: number, swing: number): number[] {
  return Array.from({ length: 60 }, (_, i) => level + swing * Math.sin(2.399963 * i));
}

function effect(changes: Partial<EffectPolicy>): EffectPolicy {
  return { ...createMetricConfig().effect, ...changes };
}

const CLES = effect({ measure: 'cles', allowedIncrease: 0.55, allowedDecrease: 0.45 });
const NONE = wave(NaN, 0);
const SPARSE = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? i % 7 : 0));
const TAIL = wave(10.5, 2).map((value, i) => (i % 10 === 0 ? value * 30 : value));

const SENTENCES: [Partial<MetricConfig>, number[], number[], string][] = [
  [
    { effect: effect({ allowedIncrease: 1.05 }) },
    wave(10, 2),
    wave(21, 3),
    'm is 2.1 times the baseline (interval 2.01 to 2.19); allowed 1.05',
  ],
  [
    { effect: effect({ allowedIncrease: 1.05, criticalIncrease: 1.5 }), critical: true },
    wave(10, 2),
    wave(21, 3),
    'm is 2.1 times the baseline (interval 2.01 to 2.19); allowed 1.05, critical from 1.5',
  ],
  [
    { effect: effect({ allowedDecrease: 0.95 }) },
    wave(100, 2),
    wave(70, 3),
    'm is 0.7 times the baseline (interval 0.69 to 0.71); allowed 0.95',
  ],
  [
    {},
    wave(10, 2),
    wave(21, 3),
    'm is 2.1 times the baseline (interval 2.01 to 2.19); no increase is allowed',
  ],
  [
    { muted: true },
    wave(100, 2),
    wave(70, 3),
    'm is 0.7 times the baseline (interval 0.69 to 0.71); no decrease is allowed (shown only, without influence on the score)',
  ],
  [
    { effect: effect({ allowedIncrease: 1.1 }) },
    wave(100, 2),
    wave(103, 2),
    'm is 1.03 times the baseline (interval 1.02 to 1.04), within the allowed 1.1',
  ],
  [
    {},
    wave(100, 5),
    wave(100.2, 5),
    'm shows no clear change: it is 1.002 times the baseline (interval 0.99 to 1.02)',
  ],
  [
    { direction: 'increase' },
    wave(100, 5),
    wave(80, 5),
    'm is 0.8 times the baseline (interval 0.79 to 0.81); only an increase is harmful',
  ],
  [
    { direction: 'decrease' },
    wave(10, 2),
    wave(21, 3),
    'm is 2.1 times the baseline (interval 2.01 to 2.19); only a decrease is harmful',
  ],
  [
    {},
    wave(10, 2),
    TAIL,
    'm is 4.11 times the baseline (a typical value 1.02 to 1.15 times), but passes by the rule that the interval of the shift must lie beyond a quarter of it: 0.161 is not beyond 0.176',
  ],
  [
    { unit: 'per min' },
    wave(0, 0),
    wave(37, 5),
    'm is higher: 0 -> 37 per min on average (shift 35.5 to 38.7 per min); any clear increase fails where a mean of 0 leaves no ratio',
  ],
  [
    { unit: 'per min' },
    wave(0, 0),
    SPARSE,
    'm shows no clear change: it is higher: 0 -> 0.983 per min on average (shift 0 to 0.0000526 per min)',
  ],
  [
    {},
    wave(-5, 1),
    wave(-3, 1),
    'm is higher: -5 -> -3 on average (shift 1.72 to 2.28); its ratio 0.6 is within the allowed 1',
  ],
  [
    { effect: CLES },
    wave(10, 2),
    wave(11, 2),
    'm is higher than the baseline in 69.1 % of comparisons (shift 0.441 to 1.56); allowed 55 %',
  ],
  [
    { effect: CLES },
    wave(11, 2),
    wave(10, 2),
    'm is lower than the baseline in 69.1 % of comparisons (shift -1.56 to -0.441); allowed 55 %',
  ],
  [{ unit: 'ms' }, wave(7, 0), wave(7, 0), 'm is identical on both sides: always 7 ms'],
  [{}, wave(7, 1), wave(7, 1), 'm is identical on both sides'],
  [{}, wave(7, 1), NONE, 'm has no data on the canary side'],
  [{}, NONE, wave(7, 1), 'm has no data on the baseline side'],
  [{ noData: 'fail' }, NONE, [], 'm has no data on either side, and it must have data'],
  [
    { missingValues: 'zero' },
    NONE,
    NONE,
    'm has no data on either side, and missing values count as 0',
  ],
  [
    { missingValues: 'zero' },
    wave(7, 1),
    [],
    'm has no data on the canary side, and missing values count as 0',
  ],
  [
    { missingValues: 'zero', direction: 'increase' },
    wave(7, 1),
    NONE,
    'm is lower: 7 -> 0 on average (shift -7.34 to -6.71); only an increase is harmful',
  ],
  [
    {},
    [1],
    [1.5],
    'm could not be compared: 1 canary value and 1 baseline value without variation cannot tell a change from chance',
  ],
  [{}, wave(7, 1), [1, Infinity], 'm holds infinite values, so no change can be measured'],
  [{}, [1e308, 1e308, 0], [1, 2, 3], 'm holds values too large to measure a change'],
];

for (const [changes, baseline, canary, sentence] of SENTENCES) {
  test(sentence, () => {
    const config = createCanaryConfig([createMetricConfig({ name: 'm', ...changes })]);
    const pairs = [createPair('m', baseline, canary)];
    const thresholds = { pass: 95, marginal: 75 };
    const { metrics } = createNetflixJudge().judge({ config, thresholds, pairs });
    assert.equal(metrics[0]?.sentence, sentence);
  });
}

test('tags tell the pairs of one metric apart', () => {
  const config = createCanaryConfig([createMetricConfig({ name: 'm' })]);
  const pairs = [{ ...createPair('m', [1, 2], [1, 2]), tags: { pod: 'a', zone: 'b' } }];
  const thresholds = { pass: 95, marginal: 75 };
  const [metric] = createNetflixJudge().judge({ config, thresholds, pairs }).metrics;
  const sentence = 'm {pod="a", zone="b"} is identical on both sides';
  assert.equal(metric?.sentence, sentence);
  assert.equal(explainMetric(metric, config.metrics[0]!), sentence);
});

test('a ratio beyond all numbers is no change that can be told', () => {
  const config = createCanaryConfig([createMetricConfig({ name: 'm' })]);
  const pairs = [createPair('m', [0, 0, 0, 0, 5e-324, 1.5e-323], [0, 0, 0, 0, 0, 1e308])];
  const [metric] = createNetflixJudge().judge({
    config,
    thresholds: config.thresholds,
    pairs,
  }).metrics;
  assert.equal(metric?.sentence, 'm holds values too large to measure a change');
});
