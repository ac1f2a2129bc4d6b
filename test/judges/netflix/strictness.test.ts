import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { createNetflixJudge, NETFLIX_JUDGE } from '../../../src/judges/netflix/judge.ts';
import { createJudges } from '../../../src/judges/registry.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
import type { Judgement } from '../../../src/model/judgement/judgement.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';

type Series = [baseline: number[], canary: number[]];
const FLAT = [10, 11, 12, 10, 11, 12, 10, 11, 12, 10, 11, 12];
const ZEROS = FLAT.map(() => 0);
/** Errors in half of the time: too rare for the rank test against zeros, as Kayenta runs it. */
const SOME_ERRORS = [0, 3, 0, 1, 0, 4, 0, 2, 0, 1, 0, 3];

/** One sound metric, and one that is called `odd`. */
function judge(
  options: Record<string, unknown>,
  [baseline, canary]: Series,
  changes: Partial<MetricConfig> = {},
): Judgement {
  const metrics = [
    createMetricConfig({ name: 'sound', groups: ['sound'] }),
    createMetricConfig({ name: 'odd', groups: ['odd'], ...changes }),
    createMetricConfig({ name: 'also sound', groups: ['sound'] }),
  ];
  const config = { ...createCanaryConfig(metrics), judge: NETFLIX_JUDGE, judgeOptions: options };
  const pairs = [
    createPair('sound', FLAT, FLAT),
    createPair('odd', baseline, canary),
    createPair('also sound', FLAT, FLAT),
  ];
  return createJudges()
    .for(config)
    .judge({ config, thresholds: { pass: 95, marginal: 75 }, pairs });
}

const ODDITIES: {
  option: string;
  series: Series;
  changes?: Partial<MetricConfig>;
  label: string;
  warning: RegExp;
  strictLabel: string;
  sentence: RegExp;
}[] = [
  {
    option: 'failOnError',
    series: [[5], [6]],
    label: 'Error',
    warning: /metric "odd" could not be compared and does not count/,
    strictLabel: 'NodataFailMetric',
    sentence: /has too few values to judge: 1 canary value and 1 baseline value/,
  },
  {
    option: 'failOnNoData',
    series: [FLAT, [NaN, NaN]],
    label: 'Nodata',
    warning: /metric "odd" has no data on the canary side/,
    strictLabel: 'NodataFailMetric',
    sentence: /has no data on the canary side, and it must have data/,
  },
  {
    option: 'failOnZeroBaseline',
    series: [ZEROS, SOME_ERRORS],
    label: 'Pass',
    warning: /metric "odd" passed although it rose from a baseline of zeros/,
    strictLabel: 'High',
    sentence: /is higher: 0 -> 1\.17 on average/,
  },
];
for (const { option, series, changes, label, warning, strictLabel, sentence } of ODDITIES) {
  test(`as in Kayenta it costs nothing, but is named in a warning: ${option}`, () => {
    const { verdict, score, metrics, warnings } = judge({}, series, changes);
    assert.deepEqual([verdict, score, metrics[1]?.classification], ['pass', 100, label]);
    assert.match(warnings.join('\n'), warning);
  });

  test(`${option} makes it a failed metric of its group, and nothing else`, () => {
    const others = ['failOnError', 'failOnNoData', 'failOnZeroBaseline'].filter(
      (o) => o !== option,
    );
    const strict = judge({ [option]: true }, series, changes);
    const { verdict, score, metrics } = strict;
    assert.deepEqual([verdict, score, metrics[1]?.classification], ['fail', 50, strictLabel]);
    assert.match(metrics[1]?.sentence ?? '', sentence);
    const loose = judge(Object.fromEntries(others.map((o) => [o, true])), series, changes);
    assert.deepEqual(loose, judge({}, series, changes));
  });

  test(`${option} fails the whole canary where the metric is critical`, () => {
    const { verdict, score, scoreReason } = judge({ [option]: true }, series, { critical: true });
    assert.deepEqual([verdict, score], ['fail', 0]);
    assert.match(scoreReason, /^Canary Failed: ./);
  });

  test(`${option} is silent about a muted metric's score`, () => {
    const { verdict, score } = judge({ [option]: true }, series, { muted: true });
    assert.deepEqual([verdict, score], ['pass', 100]);
  });
}

test('a rise is forgiven where only a decrease harms, and gaps that count as 0 are zeros', () => {
  const options = { failOnZeroBaseline: true };
  const label = (series: Series, changes: Partial<MetricConfig>) =>
    judge(options, series, changes).metrics[1]?.classification;
  const gaps = ZEROS.map(() => NaN);
  assert.equal(label([ZEROS, SOME_ERRORS], { direction: 'decrease' }), 'Pass');
  assert.equal(label([gaps, SOME_ERRORS], { missingValues: 'zero' }), 'High');
  assert.equal(label([ZEROS, ZEROS], {}), 'Pass');
  assert.equal(label([ZEROS, gaps], { missingValues: 'zero' }), 'Pass');
});

test('whatever the data, an option that is not true changes nothing', () => {
  const value = fc.oneof(fc.constantFrom(0, NaN, 5, Infinity), fc.double({ min: -5, max: 5 }));
  const values = fc.array(value, { maxLength: 12 });
  const off = fc.constantFrom(undefined, false, 'true', 1, null);
  fc.assert(
    fc.property(values, values, off, off, fc.boolean(), (baseline, canary, a, b, zero) => {
      const metric = createMetricConfig({ missingValues: zero ? 'zero' : 'remove' });
      const judgeOptions = { failOnError: a, failOnNoData: b, failOnZeroBaseline: a };
      const config = { ...createCanaryConfig([metric]), judgeOptions };
      const input = {
        config,
        thresholds: config.thresholds,
        pairs: [createPair('latency', baseline, canary)],
      };
      const answer = createJudges().for(config).judge(input);
      assert.deepEqual(answer, createNetflixJudge().judge(input));
    }),
  );
});
