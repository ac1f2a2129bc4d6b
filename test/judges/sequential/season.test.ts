// S13: the daily shape of the ratio, learned from earlier days.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import { createMetricRun } from '../../../src/judges/sequential/data/metric-run.ts';
import { createSession } from '../../../src/judges/sequential/data/session.ts';
import { resolveOptions } from '../../../src/judges/sequential/options.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
} from '../../support/sequential-input.ts';
import { assertClose } from '../../support/vectors.ts';

const STEP = 300_000;
const DAY = 288;
const DAY_MS = 86_400_000;
/** 15:00 of the sixth day: the steep hours before the peak at 18:00. */
const START = 5 * DAY_MS + 15 * 3_600_000;

const random = createRandom(5);

/** The canary's ratio swings by 40 % over the day. */
function arms(startAt: number, length: number, factor = 1) {
  const shape = (i: number) => {
    return 0.4 * Math.sin((2 * Math.PI * (startAt + i * STEP)) / DAY_MS - Math.PI);
  };
  return {
    baseline: latencies(random, length),
    canary: latencies(random, length).map((value, i) => factor * Math.exp(shape(i)) * value),
    startAt,
  };
}

const days = [0, 1, 2, 3].map((day) => arms(day * DAY_MS + 7_200_000, DAY));

function inputFor(factor: number, history: typeof days, length = 72) {
  const { startAt: _, ...values } = arms(START, length, factor);
  const pair = pairOf('latency', values, { startAt: START, stepMs: STEP });
  const timed = { ...pair, baseline: { ...pair.baseline, startAt: START, stepMs: STEP } };
  return inputOf([metricConfig('latency')], [timed], { history: { latency: history } });
}

const judge = (input: ReturnType<typeof inputFor>, seasonal: boolean) =>
  createSequentialJudge({ seasonal }).judge(input).metrics[0]!;

test('the daily shape is taken off a healthy run', () => {
  const input = inputFor(1, days);
  const [without, seasonal] = [judge(input, false), judge(input, true)];
  assert.ok(without.sequential.estimate! > 1.1, `${without.sequential.estimate}`);
  assert.equal(without.sequential.season, undefined);
  assertClose(seasonal.sequential.estimate!, 1, 0.06, 'estimate');
  assert.notEqual(seasonal.classification, 'High');
  assert.equal(seasonal.sequential.season!.days, 4);
  assert.ok(seasonal.sequential.season!.shrinkage > 0.95);
});

test('a regression of 25 % is found beyond the daily shape', () => {
  const { classification, sequential } = judge(inputFor(1.25, days), true);
  assert.equal(classification, 'High');
  assertClose(sequential.estimate!, 1.25, 0.08, 'estimate');
});

test('the option changes nothing without three separate whole days before the run', () => {
  const [first, second, third] = days as [(typeof days)[0], (typeof days)[0], (typeof days)[0]];
  const untimed = days.map(({ baseline, canary }) => ({ baseline, canary }));
  const late = { ...third, startAt: START - DAY_MS / 2 };
  const short = { ...third, canary: third.canary.slice(1) };
  const cases = [
    [first, second],
    [first, second, second],
    [first, second, late],
    [first, second, short],
  ];
  for (const history of [...cases, untimed]) {
    const input = inputFor(1, history as typeof days, 30);
    assert.deepEqual(judge(input, true), judge(input, false));
  }
});

test('a run that is fed in parts says what one fed at once says', () => {
  const options = resolveOptions({ seasonal: true });
  const { followed, advance, length } = createSession(inputFor(1.1, days), options);
  for (let count = 7; count < length + 7; count += 7) advance(count);
  const { plan, run, samples } = followed[0]!;
  const again = createMetricRun(plan, options);
  for (const sample of samples) again.observe(sample);
  assert.deepEqual(again.fed(), run.fed());
  assert.deepEqual(again.state().path, run.state().path);
});
