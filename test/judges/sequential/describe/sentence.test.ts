import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JudgeInput } from '../../../../src/judges/judge.ts';
import { createSequentialJudge } from '../../../../src/judges/sequential/judge.ts';
import type { SequentialOptions } from '../../../../src/judges/sequential/options.ts';
import type { MetricConfig } from '../../../../src/model/config.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  MINUTE,
  pairOf,
} from '../../../support/sequential-input.ts';

interface Telling {
  /** Samples from which on the canary is `factor` times the baseline. */
  onset?: number;
  factor?: number;
  length?: number;
  metric?: Partial<MetricConfig>;
  extra?: Partial<JudgeInput>;
  options?: Partial<SequentialOptions>;
}

/** What is said of two hours with a canary that changes. */
function sentenceOf(telling: Telling): string {
  const { onset = 0, factor = 1.6, length = 120, metric, extra, options } = telling;
  const random = createRandom(1);
  const baseline = latencies(random, 120).slice(0, length);
  const canary = latencies(random, 120).slice(0, length);
  const changed = canary.map((value, i) => (i < onset ? value : value * factor));
  const pair = pairOf('latency', { baseline, canary: changed });
  const input = inputOf([metricConfig('latency', metric)], [pair], extra);
  return createSequentialJudge(options).judge(input).metrics[0]!.sentence;
}

/** Five earlier runs in which the canary was 19 % slower, give or take 2 %. */
const earlier = (() => {
  const random = createRandom(5);
  return [1.19, 1.17, 1.22, 1.18, 1.2].map((factor) => ({
    baseline: latencies(random, 120),
    canary: latencies(random, 120).map((value) => factor * value),
  }));
})();

const CASES: [what: string, telling: Telling, expected: RegExp][] = [
  [
    'a healthy metric: what is ruled out',
    { factor: 1 },
    /^latency is 0\.98 times the baseline \(90 % interval 0\.9\d to 1\.0\d\); a rise above 10 % is ruled out$/,
  ],
  [
    'a run that goes on',
    { factor: 1, extra: { plannedMs: 1e9, elapsedMs: 121 * MINUTE } },
    /; safe so far: a rise above 10 % is ruled out$/,
  ],
  [
    'a regression from the start',
    {},
    /^latency is 1\.57 times the baseline \(90 % interval 1\.\d+ to 1\.\d+\) from the start; allowed 1\.05 \(adjusted p 0\.\d+, valid at every look\)$/,
  ],
  [
    'a regression in the middle, and what is true since then',
    { onset: 60, metric: { direction: 'either' } },
    /^latency differs \(higher\): it is 1\.23 times the baseline .* since sample 61; allowed 1\.05 .*; since then 1\.\d+ times \(/,
  ],
  [
    'a metric that may move neither way',
    { factor: 0.7, metric: { direction: 'either' } },
    /^latency differs \(lower\): it is 0\.69 times/,
  ],
  [
    'too short a run: how large a change would have been found',
    { factor: 1, length: 12 },
    /; \+\d+ % would have been found$/,
  ],
  [
    'a difference that is usual',
    { factor: 1.21, extra: { history: { latency: earlier } } },
    /^latency is 1\.18 times the baseline, with 1\d(\.\d)? % more expected from how they differed in the last 5 runs: 1\.0\d times that \(.*\); a rise of \d+(\.\d)? % would have been found$/,
  ],
  [
    'a difference beyond the usual one before the rollout',
    { factor: 1.8, extra: { before: { latency: earlier[0]! } } },
    /more expected from how they differed before the rollout: 1\.\d+ times that \(.*allowed 1\.05/,
  ],
];

for (const [what, telling, expected] of CASES) {
  test(`says of ${what}`, () => {
    assert.match(sentenceOf(telling), expected);
  });
}

test('a bound is never rounded to the tolerance that it exceeds', () => {
  for (let step = 0; step < 20; step++) {
    const sentence = sentenceOf({ factor: 1.09 + step / 300, options: { preset: 'white' } });
    const found = /interval ([\d.]+) to .*allowed ([\d.]+)/.exec(sentence);
    if (found !== null) assert.ok(Number(found[1]) > Number(found[2]), sentence);
  }
});

test('bounds that say nothing are said in words', () => {
  const wild = { baseline: [1, 900, 3, 50, 7, 2], canary: [80, 2, 60, 1, 90, 800] };
  const input = inputOf([metricConfig('latency')], [pairOf('latency', wild)]);
  const { sentence } = createSequentialJudge().judge(input).metrics[0]!;
  assert.match(sentence, /no (lower |upper )?bounds? yet/);
});

test('steps that do not make up a block are told as such, not as a baseline of 0', () => {
  const values = latencies(createRandom(1), 21);
  const pair = pairOf('latency', { baseline: values, canary: values.toReversed() });
  for (const side of [pair.baseline, pair.canary]) side.stepMs = 1000;
  const input = inputOf([metricConfig('latency')], [pair]);
  assert.match(
    createSequentialJudge().judge(input).metrics[0]!.sentence,
    /^latency cannot be compared yet: steps of 1 s are judged 30 together, and 21 steps did not make up such a block of values;/,
  );
});
