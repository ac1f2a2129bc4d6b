import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import { replaySequential } from '../../../src/judges/sequential/replay.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
} from '../../support/sequential-input.ts';

const random = createRandom(8);
const history = {
  latency: [{ baseline: latencies(random, 240), canary: latencies(random, 240) }],
};
const baseline = latencies(random, 120);
const healthy = latencies(random, 120);
const worse = latencies(random, 120).map((value) => value * 1.5);

function replay(canary: number[], lookEvery: number, stopOnPass = false) {
  const metrics = [metricConfig('latency', { critical: true })];
  const pairs = [pairOf('latency', { baseline, canary })];
  return replaySequential(inputOf(metrics, pairs, { history }), { lookEvery, stopOnPass });
}

test('a large regression is failed at one of the first looks', () => {
  const { verdict, decidedAt, metrics } = replay(worse, 5);
  assert.equal(verdict, 'fail');
  assert.ok(decidedAt !== null && decidedAt <= 15 && decidedAt % 5 === 0);
  assert.equal(metrics[0]!.classification, 'High');
  assert.equal(metrics[0]!.decidedAt, decidedAt);
  assert.ok(metrics[0]!.eValue! >= 20);
  assert.ok(metrics[0]!.interval!.lower > 1.05);
});

test('looking more often finds it no later', () => {
  assert.ok(replay(worse, 1).decidedAt! <= replay(worse, 5).decidedAt!);
  assert.ok(replay(worse, 5).decidedAt! <= replay(worse, 30).decidedAt!);
});

test('a healthy canary passes before the end, not before 30 minutes, where it may', () => {
  assert.deepEqual([replay(healthy, 5).verdict, replay(healthy, 5).decidedAt], ['pass', null]);
  const { verdict, decidedAt, metrics } = replay(healthy, 5, true);
  assert.equal(verdict, 'pass');
  assert.ok(decidedAt !== null && decidedAt >= 30 && decidedAt < 120);
  assert.equal(metrics[0]!.decidedAt, null);
});

test('what would not have been found is told at the last look, not on the way', () => {
  const short = { baseline: baseline.slice(0, 10), canary: healthy.slice(0, 10) };
  const input = inputOf([metricConfig('latency')], [pairOf('latency', short)]);
  const { verdict, metrics, looks } = replaySequential(input, { lookEvery: 5 });
  assert.deepEqual([verdict, metrics[0]!.classification], ['undecided', 'Undecided']);
  assert.deepEqual(
    looks.map(({ classifications }) => classifications),
    [['Pass'], ['Undecided']],
  );
});

test('a single look at the end decides nothing early', () => {
  assert.equal(replay(healthy, 500).decidedAt, null);
  assert.deepEqual([replay([], 5).verdict, replay([], 5).looks.length], ['nodata', 24]);
  assert.deepEqual(replay(healthy, NaN), replay(healthy, 1));
});

test('a healthy canary passes at the look at which enough metrics have been confirmed, though evidence dips', () => {
  const names = ['a', 'b', 'c', 'd'];
  for (let run = 0; run < 12; run++) {
    const arms = () => ({ baseline: latencies(random, 240), canary: latencies(random, 240) });
    const pairs = names.map((name) => pairOf(name, arms()));
    const input = inputOf(
      names.map((name) => metricConfig(name)),
      pairs,
    );
    const { metrics } = createSequentialJudge().judge(input);
    const confirmed = metrics.map(({ sequential }) => sequential.confirmedAt ?? Infinity);
    const { decidedAt } = replaySequential(input, { lookEvery: 1, stopOnPass: true });
    // a pass needs 75 of 100: three of the four
    const third = confirmed.sort((a, b) => a - b)[2]!;
    assert.equal(decidedAt, third === Infinity ? null : Math.max(30, third));
  }
});
