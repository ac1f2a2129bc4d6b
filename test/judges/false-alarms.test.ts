import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFalseAlarms } from '../../src/judges/false-alarms.ts';
import type { Judge } from '../../src/judges/judge.ts';
import { createJudges } from '../../src/judges/registry.ts';
import type { Judgement, MetricJudgement } from '../../src/model/judgement/judgement.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
} from '../support/sequential-input.ts';

const random = createRandom(5);
const input = inputOf(
  [metricConfig('a'), metricConfig('b')],
  ['a', 'b'].map((name) =>
    pairOf(name, { baseline: latencies(random, 20), canary: latencies(random, 20) }),
  ),
);

/** Fails metric a at 5 samples only, and metric b at 10 only; remembers what it saw. */
function momentaryJudge(seen: number[]): Judge {
  return {
    name: 'momentary',
    judge({ pairs }) {
      const samples = pairs[0]!.canary.values.length;
      assert.equal(pairs[1]!.baseline.values.length, samples);
      seen.push(samples);
      const label = (metric: string, at: number) =>
        ({ metric, classification: samples === at ? 'High' : 'Pass' }) as MetricJudgement;
      const metrics = [label('a', 5), label('b', 10)];
      return { verdict: samples === 5 ? 'fail' : 'pass', metrics } as Judgement;
    },
  };
}

test('looks on the way see what the end does not, and go on after a fail', () => {
  const seen: number[] = [];
  const { end, peeking } = findFalseAlarms(momentaryJudge(seen), input, 5);
  assert.deepEqual(seen, [20, 5, 10, 15]);
  assert.deepEqual([end.verdict, [...end.metrics]], [false, []]);
  assert.deepEqual([peeking.verdict, [...peeking.metrics]], [true, ['a', 'b']]);
});

test('the sequential judge is replayed sample by sample', () => {
  const config = { ...input.config, judge: 'SequentialJudge-v1.0' };
  const judge = createJudges().for(config);
  const alike = findFalseAlarms(judge, { ...input, config }, 5);
  assert.deepEqual([alike.end.verdict, alike.peeking.verdict], [false, false]);
  const { baseline } = input.pairs[0]!;
  const canary = {
    ...baseline,
    values: baseline.values.map((value, i) => value * (3 + 0.1 * (i % 3))),
  };
  const worse = { ...input, config, pairs: [{ ...input.pairs[0]!, canary }, input.pairs[1]!] };
  assert.deepEqual([...findFalseAlarms(judge, worse, 5).peeking.metrics], ['a']);
});
