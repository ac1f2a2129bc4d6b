import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { Fault } from '../../../src/errors.ts';
import type { HealthyRun, JudgeInput } from '../../../src/judges/judge.ts';
import { createThresholdJudge } from '../../../src/judges/threshold/judge.ts';
import type { MetricConfig, ThresholdPolicy } from '../../../src/model/config.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';

const THRESHOLDS = { pass: 90, marginal: 75 };
const { judge } = createThresholdJudge();

type Changes = Partial<Omit<MetricConfig, 'threshold'>>;

function metricOf(
  name: string,
  policy: Partial<ThresholdPolicy> = {},
  changes: Changes = {},
): MetricConfig {
  const threshold: ThresholdPolicy = {
    value: 'mean(self)',
    pass: [],
    warning: [],
    compareWith: 'baseline',
    runs: 3,
    aggregate: 'avg',
    isKey: false,
    ...policy,
  };
  return createMetricConfig({ name, unit: 'ms', threshold, ...changes });
}

type Arms = Record<string, { baseline?: number[]; canary: number[] }>;

function inputOf(
  metrics: MetricConfig[],
  arms: Arms,
  extra: Partial<JudgeInput> & { weights?: Record<string, number> } = {},
): JudgeInput {
  const { weights = {}, ...rest } = extra;
  const pairs = Object.entries(arms).map(([name, { baseline = [], canary }]) =>
    createPair(name, baseline, canary),
  );
  return { config: createCanaryConfig(metrics, weights), thresholds: THRESHOLDS, pairs, ...rest };
}

const run = (...canary: number[]): HealthyRun => ({ baseline: [], canary });

for (const [what, policy, arms, classification, sentence, history] of [
  [
    'a value within its limit',
    { pass: [['<=600']] },
    { canary: [500, 600] },
    'Pass',
    'is 550 ms: meets <=600',
  ],
  [
    'a warning',
    { pass: [['<=600']], warning: [['<=700']] },
    { canary: [640] },
    'High',
    'is 640 ms: misses <=600, but meets the warning criteria <=700',
  ],
  [
    'a failure',
    { pass: [['<=600'], ['<500', '>=100']], warning: [['<=700']] },
    { canary: [740] },
    'High',
    'is 740 ms: misses <=600 and <500',
  ],
  ['a value too low', { pass: [['>=99.9']] }, { canary: [98] }, 'Low', 'is 98 ms: misses >=99.9'],
  ['an unequal value', { pass: [['=3']] }, { canary: [2] }, 'Low', 'is 2 ms: misses =3'],
  [
    'the second alternative',
    { pass: [['<=100'], ['<=600', '>=-5']] },
    { baseline: [500], canary: [510] },
    'Pass',
    'is 510 ms: meets <=600 and >=-5 (495 ms); the baseline is 500 ms',
  ],
  [
    'more than 10 % above the baseline',
    { pass: [['<+10%']] },
    { baseline: [500], canary: [551] },
    'High',
    'is 551 ms: misses <+10% (550 ms); the baseline is 500 ms',
  ],
  [
    'a bare percentage',
    { pass: [['<=10%']] },
    { baseline: [500], canary: [550] },
    'Pass',
    'is 550 ms: meets <=10% (550 ms); the baseline is 500 ms',
  ],
  [
    'a share of a negative value',
    { pass: [['<=+10%']] },
    { baseline: [-100], canary: [-95] },
    'Pass',
    'is -95 ms: meets <=+10% (-90 ms); the baseline is -100 ms',
  ],
  [
    'the last passed run',
    { pass: [['<=+10%']], compareWith: 'history', runs: 1 },
    { baseline: [900], canary: [551] },
    'High',
    'is 551 ms: misses <=+10% (550 ms); the last passed run is 500 ms',
    [run(900), run(500)],
  ],
  [
    'the average of the newest runs',
    { pass: [['<=+10%']], compareWith: 'history', runs: 2 },
    { canary: [540] },
    'Pass',
    'is 540 ms: meets <=+10% (550 ms); the avg of the last 2 passed runs is 500 ms',
    [run(9), run(400), run(600)],
  ],
  [
    'the p90 of fewer runs than asked for, by the rule of Keptn',
    { pass: [['<=+0']], compareWith: 'history', runs: 10, aggregate: 'p90' },
    { canary: [610] },
    'High',
    'is 610 ms: misses <=+0 (600 ms); the p90 of the last 2 passed runs is 600 ms',
    [run(400), run(600)],
  ],
  [
    'the p90 of ten runs lies between the two largest',
    { pass: [['<=+0']], compareWith: 'history', runs: 10, aggregate: 'p90' },
    { canary: [99] },
    'Pass',
    'is 99 ms: meets <=+0 (99 ms); the p90 of the last 10 passed runs is 99 ms',
    Array.from({ length: 10 }, (_, index) => run((index + 1) * 10)),
  ],
  [
    'no run yet',
    { pass: [['<=+10%']], compareWith: 'history' },
    { baseline: [500], canary: [560] },
    'High',
    'is 560 ms: misses <=+10% (550 ms); the baseline is 500 ms',
  ],
  [
    'nothing to compare with',
    { pass: [['<=+10%']] },
    { canary: [560] },
    'Nodata',
    'is 560 ms, but has nothing to compare that with',
  ],
  [
    'an absolute alternative beside one without comparison',
    { pass: [['<=+10%'], ['<=600']] },
    { canary: [560] },
    'Pass',
    'is 560 ms: meets <=600',
  ],
  [
    'no data',
    { pass: [['<=600']] },
    { baseline: [1], canary: [NaN] },
    'Nodata',
    'has no data on either side',
  ],
  ['no criteria', {}, { canary: [3] }, 'Pass', 'is 3 ms: shown only, without criteria'],
  [
    'a quantile beyond the last bucket',
    { value: 'p95(self)', pass: [['<=600']] },
    { canary: [1, Infinity, Infinity] },
    'High',
    'is Infinity ms: misses <=600',
  ],
] as [string, Partial<ThresholdPolicy>, Arms[string], string, string, HealthyRun[]?][]) {
  test(`in words: ${what}`, () => {
    const input = inputOf(
      [metricOf('latency', policy)],
      { latency: arms },
      history && { history: { latency: history } },
    );
    const [metric] = judge(input).metrics;
    assert.equal(metric!.classification, classification);
    assert.equal(metric!.sentence, `latency ${sentence}`);
  });
}

test('a value may be a formula over aggregates of several metrics, on either side alike', () => {
  const names = ['errors', 'requests'];
  const metrics = [
    metricOf('burn rate', {
      value: 'burnRate(sum(errors) / sum(requests), 0.999)',
      pass: [['<=2', '<=+100%']],
    }),
    ...names.map((name) => createMetricConfig({ name })),
  ];
  const arms: Arms = {
    'burn rate': { canary: [] },
    errors: { baseline: [1, 0], canary: [1, 2] },
    requests: { baseline: [500, 500], canary: [400, 600] },
  };
  const { criteria, sentence } = judge(inputOf(metrics, arms)).metrics[0]!;
  assert.equal(criteria!.state, 'fail');
  assert.ok(Math.abs(criteria!.value! - 3) < 1e-9);
  assert.ok(Math.abs(criteria!.comparedWith!.value - 1) < 1e-9);
  assert.equal(sentence, 'burn rate is 3 ms: misses <=2; the baseline is 1 ms');
});

test('a limit may be a formula', () => {
  const metrics = [metricOf('queue', { pass: [['<= 2 * max(capacity)']] }), metricOf('capacity')];
  const arms = { queue: { canary: [30] }, capacity: { canary: [10, 12] } };
  const { sentence } = judge(inputOf(metrics, arms)).metrics[0]!;
  assert.equal(sentence, 'queue is 30 ms: misses <= 2 * max(capacity) (24 ms)');
});

test('0/0 is no number, and no pass', () => {
  const value = 'sum(self) / count(self) / sum(self)';
  const input = inputOf([metricOf('ratio', { value, pass: [['<=1']] })], {
    ratio: { canary: [0] },
  });
  const { verdict, reason, warnings } = judge(input);
  assert.equal(verdict, 'nodata');
  assert.equal(
    reason,
    `not enough data: 1 of 1 metric cannot be judged, first of all: ratio has no value: ${value} gives no number`,
  );
  assert.equal(warnings.length, 1);
});

const LIMIT = { pass: [['<=10']], warning: [['<=20']] };

test('the score is the earned share of the weights: all, half, or nothing', () => {
  const metrics = [
    metricOf('a', LIMIT, { weight: 2 }),
    metricOf('b', LIMIT),
    metricOf('c', LIMIT),
    metricOf('d'),
  ];
  const arms = {
    a: { canary: [1] },
    b: { canary: [15] },
    c: { canary: [99] },
    d: { canary: [99] },
  };
  const { score, verdict, reason, metrics: judged } = judge(inputOf(metrics, arms));
  assert.deepEqual([score, verdict], [62.5, 'fail']);
  assert.deepEqual(
    judged.map(({ muted }) => muted),
    [false, false, false, true],
  );
  assert.equal(
    reason,
    'fail: score 62.5 of 100, pass needs 90; 2 of 3 metrics miss their criteria, first of all: c is 99 ms: misses <=10',
  );
});

test('groups weigh what their metrics weigh, unless they are given weights', () => {
  const metrics = [
    metricOf('a', LIMIT, { weight: 3, groups: ['x'] }),
    metricOf('b', LIMIT, { groups: ['y'] }),
    metricOf('c', LIMIT, { groups: [] }),
  ];
  const arms = { a: { canary: [1] }, b: { canary: [99] }, c: { canary: [1] } };
  const own = judge(inputOf(metrics, arms));
  assert.deepEqual(
    own.groups.map(({ name, weight }) => [name, weight]),
    [
      ['x', 60],
      ['y', 20],
      ['ungrouped', 20],
    ],
  );
  assert.equal(own.score, 80);
  assert.equal(judge(inputOf(metrics, arms, { weights: { x: 10, y: 80 } })).score, 20);
});

test('a key metric that fails sets the score to 0; one that only warns does not', () => {
  const metrics = [metricOf('a', { ...LIMIT, isKey: true }), metricOf('b', LIMIT, { weight: 9 })];
  const failed = judge(inputOf(metrics, { a: { canary: [99] }, b: { canary: [1] } }));
  assert.deepEqual([failed.score, failed.verdict], [0, 'fail']);
  assert.equal(failed.reason, 'fail: key metric a is 99 ms: misses <=10');
  const warned = judge(inputOf(metrics, { a: { canary: [15] }, b: { canary: [1] } }));
  assert.deepEqual([warned.score, warned.verdict], [95, 'pass']);
});

test('a key metric without data, or half of the weight, is no verdict', () => {
  const key = [metricOf('a', { ...LIMIT, isKey: true }), metricOf('b', LIMIT, { weight: 9 })];
  assert.equal(judge(inputOf(key, { a: { canary: [] }, b: { canary: [1] } })).verdict, 'nodata');
  const half = [metricOf('a', LIMIT), metricOf('b', LIMIT)];
  assert.equal(judge(inputOf(half, { a: { canary: [] }, b: { canary: [1] } })).verdict, 'nodata');
  const third = [...half, metricOf('c', LIMIT)];
  const arms = { a: { canary: [] }, b: { canary: [1] }, c: { canary: [2] } };
  const { verdict, score, warnings } = judge(inputOf(third, arms));
  assert.deepEqual(
    [verdict, score, warnings],
    ['pass', 100, ['metric a has no data on either side']],
  );
});

test('data that must be there fail when they are not; roles and policies hold here too', () => {
  const arms = { a: { canary: [] }, b: { canary: [1] }, c: { canary: [1] } };
  const others = [metricOf('b', LIMIT), metricOf('c', LIMIT)];
  const must = judge(inputOf([metricOf('a', LIMIT, { noData: 'fail' }), ...others], arms));
  assert.deepEqual([must.verdict, must.metrics[0]!.classification], ['fail', 'NodataFailMetric']);
  const open = judge(inputOf([metricOf('a', LIMIT, { noData: 'inconclusive' }), ...others], arms));
  assert.equal(open.verdict, 'nodata');
  const signal = metricOf('a', LIMIT, { isSignal: true });
  assert.equal(judge(inputOf([signal], { a: { canary: [99] } })).verdict, 'marginal');
});

test('without criteria there is no verdict', () => {
  const { verdict, reason } = judge(inputOf([metricOf('a')], { a: { canary: [1] } }));
  assert.deepEqual([verdict, reason], ['nodata', 'not enough data: no metric has criteria']);
});

test('a missing history is told', () => {
  const metrics = [metricOf('a', { pass: [['<=+10%']], compareWith: 'history' })];
  assert.deepEqual(judge(inputOf(metrics, { a: { baseline: [1], canary: [1] } })).warnings, [
    'metric "a" has no earlier passed run and was compared with the baseline',
  ]);
});

for (const [policy, code, message] of [
  [{ pass: [['600']] }, 'invalid-config', /criterion "600" cannot be read: write an operator/],
  [{ pass: [['<= other']] }, 'invalid-formula', /names "other"/],
  [{ pass: [['<= self']] }, 'invalid-formula', /sum it up, as in mean\(self\)/],
  [{ value: 'mean(nobody)' }, 'invalid-formula', /names "nobody".*its metrics are self, a/],
  [{ value: 'eval(self)' }, 'invalid-formula', /not allowed/],
  [{ value: 'quantile(self, self)' }, 'invalid-formula', /not allowed/],
  [{ value: 'quantile(self)' }, 'invalid-formula', /calls quantile with 1 operands instead of 2/],
  [{ value: '1 + 1' }, 'invalid-formula', /uses none of its metrics/],
] as [Partial<ThresholdPolicy>, string, RegExp][]) {
  test(`refused: ${JSON.stringify(policy)}`, () => {
    assert.throws(
      () => judge(inputOf([metricOf('a', policy)], { a: { canary: [1] } })),
      (error) => error instanceof Fault && error.code === code && message.test(error.message),
    );
  });
}

test('earlier runs near the largest number have an average all the same', () => {
  const a = metricOf('a', { pass: [['<= max(self)']], compareWith: 'history', aggregate: 'avg' });
  const relative = metricOf('b', { pass: [['<=+10%']], compareWith: 'history', aggregate: 'avg' });
  for (const metric of [a, relative]) {
    const { name } = metric;
    const history = { [name]: [run(1.5e308), run(1.5e308)] };
    const [judged] = judge(inputOf([metric], { [name]: { canary: [1e308] } }, { history })).metrics;
    assert.ok(!/NaN|Infinity/.test(judged!.sentence), judged!.sentence);
  }
});

const value = fc.oneof(
  fc.double({ min: -1e9, max: 1e9 }),
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e308, -1e308),
);
const side = fc.array(value, { maxLength: 12 });
const criterion = fc.constantFrom('<=1', '>+10%', '<=-5', '=0', '>= max(self) / mean(b)', '<-10%');
const alternatives = fc.array(fc.array(criterion, { minLength: 1, maxLength: 3 }), {
  maxLength: 3,
});
const anyPolicy = fc.record(
  {
    value: fc.constantFrom(
      'mean(self)',
      'p95(self) - last(b)',
      'sum(b) / count(self)',
      'max(self)',
    ),
    pass: alternatives,
    warning: alternatives,
    compareWith: fc.constantFrom('baseline', 'history'),
    aggregate: fc.constantFrom('avg', 'p50', 'p90', 'p95'),
    isKey: fc.boolean(),
  },
  { noNullPrototype: true },
) as fc.Arbitrary<Partial<ThresholdPolicy>>;

test('any data get a label, a sentence and a score of 0 to 100; inputs stay as they are', () => {
  fc.assert(
    fc.property(anyPolicy, anyPolicy, fc.tuple(side, side, side, side), (a, b, sides) => {
      const [first, second, third, fourth] = sides;
      const arms = {
        a: { baseline: first, canary: second },
        b: { baseline: third, canary: fourth },
      };
      const history = { a: [run(...third), run(...second)], b: [run(...first)] };
      const input = inputOf([metricOf('a', a), metricOf('b', b)], arms, { history });
      const before = structuredClone(input);
      const judgement = judge(input);
      assert.deepEqual(judge(input), judgement);
      assert.deepEqual(input, before);
      assert.ok(judgement.score >= 0 && judgement.score <= 100, `${judgement.score}`);
      for (const { sentence } of judgement.metrics) {
        assert.ok(!/NaN|undefined/.test(sentence), sentence);
      }
    }),
    { numRuns: 1000 },
  );
});
