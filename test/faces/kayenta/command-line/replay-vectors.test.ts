import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replayCase } from '../../../../src/cli/replay/case.ts';
import { MANN_WHITNEY_JUDGE } from '../../../../src/judges/mann-whitney/judge.ts';
import { NETFLIX_JUDGE } from '../../../../src/judges/netflix/judge.ts';
import { replay } from '../../../../src/judges/replay.ts';
import type { Replay } from '../../../../src/model/replay.ts';
import { inputOf, metricConfig, pairOf } from '../../../support/sequential-input.ts';
import { assertClose, readVectors } from '../../../support/vectors.ts';

interface Case {
  given: object;
  expected: {
    metrics: { name: string; hasHistory: boolean; eValues: [samples: number, eValue: number][] }[];
  };
}
const { meta, cases } = readVectors<{ meta: { lookEvery: number }; cases: Case[] }>('replay');

for (const [number, { given, expected }] of cases.entries()) {
  test(`run ${number} has the evidence that an independent implementation finds`, async () => {
    const settings = {
      lookEvery: meta.lookEvery,
      judge: undefined,
      judgeOptions: { restartEvery: 60 },
    };
    const answer = (await replayCase(given, settings)) as Omit<Replay, 'looks' | 'judgement'>;
    for (const { name, hasHistory, eValues } of expected.metrics) {
      const { eValue } = answer.metrics.find((metric) => metric.name === name)!;
      const last = answer.decidedAt ?? Infinity;
      const wanted = eValues.findLast(([samples]) => samples <= last)![1];
      const tolerance = hasHistory ? 0.3 : 1e-6;
      assertClose(Math.log(eValue!), Math.log(wanted), tolerance, `e-value of ${name}`);
    }
  });
}

const STEADY = Array.from({ length: 30 }, (_, i) => 100 + Math.sin(i * i));
const BRIEFLY_WORSE = STEADY.map((value, i) => (i < 12 ? value + 5 : value - 4));

test('a judge without memory is asked anew at each look, and a fail ends it', () => {
  const metrics = [metricConfig('latency', { direction: 'either' })];
  const input = inputOf(metrics, [pairOf('latency', { baseline: STEADY, canary: BRIEFLY_WORSE })]);
  const config = { ...input.config, judge: NETFLIX_JUDGE };
  const { verdict, decidedAt, metrics: found, looks } = replay({ ...input, config }, 10);
  assert.deepEqual([verdict, decidedAt], ['fail', 10]);
  assert.deepEqual([found[0]!.classification, found[0]!.decidedAt], ['High', 10]);
  assert.equal(found[0]!.eValue, null);
  assert.deepEqual(looks, [{ samples: 10, score: 0, classifications: ['High'] }]);
});

test('a metric that recovers keeps the look at which it had failed', () => {
  const metrics = [metricConfig('latency'), metricConfig('other', { groups: ['rest'] })];
  const pairs = [
    pairOf('latency', { baseline: STEADY, canary: BRIEFLY_WORSE }),
    pairOf('other', { baseline: STEADY, canary: STEADY }),
  ];
  const input = inputOf(metrics, pairs);
  const config = { ...input.config, judge: NETFLIX_JUDGE };
  const { verdict, decidedAt, metrics: found, looks } = replay({ ...input, config }, 10);
  assert.deepEqual([verdict, decidedAt], ['pass', null]);
  assert.deepEqual([found[0]!.classification, found[0]!.decidedAt], ['Pass', 10]);
  assert.deepEqual(
    looks.map(({ samples, score }) => [samples, score]),
    [
      [10, 50],
      [20, 100],
      [30, 100],
    ],
  );
});

test('an interval of typical values is not shown for a label that extreme ones decided', () => {
  const wave = (phase: number) =>
    Array.from({ length: 60 }, (_, i) => 100 + 25 * Math.sin(2.399963 * i + phase));
  const baseline = wave(0);
  const canary = wave(1).map((value, i) => (i % 4 === 0 ? 50 * value : value));
  const input = inputOf([metricConfig('m')], [pairOf('m', { baseline, canary })]);
  const config = { ...input.config, judge: MANN_WHITNEY_JUDGE };
  const [metric] = replay({ ...input, config }, 60).metrics;
  assert.deepEqual([metric!.classification, metric!.interval], ['High', null]);
});
