// How the bounds of a metric came to be: few moments, the same ones however a run is fed, and the end is the verdict's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import { createBoundPath } from '../../../src/judges/sequential/evidence/bound-path.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  MINUTE,
  pairOf,
} from '../../support/sequential-input.ts';

function pathOf(samples: number, factor: number, canaryStart = 0) {
  const random = createRandom(3);
  const baseline = latencies(random, samples);
  const canary = latencies(random, samples - canaryStart).map((value) => value * factor);
  const pair = pairOf('latency', { baseline, canary }, { startAt: canaryStart * MINUTE });
  const { metrics } = createSequentialJudge().judge(inputOf([metricConfig('latency')], [pair]));
  return metrics[0]!.sequential;
}

for (const samples of [6, 57, 58, 120, 1440]) {
  test(`of ${samples} samples no more than 60 moments are kept, in their order, and the last is now`, () => {
    const { path, estimate, bounds } = pathOf(samples, 1.02);
    assert.ok(path !== undefined && path.samples.length <= 60);
    const lists = [path.samples, path.estimate, path.lower, path.upper];
    assert.deepEqual([...new Set(lists.map(({ length }) => length))], [path.samples.length]);
    assert.deepEqual(
      path.samples,
      path.samples.toSorted((a, b) => a - b),
    );
    assert.equal(path.samples.at(-1), samples);
    const rounded = (value?: number) => (value === undefined ? null : Number(value.toPrecision(5)));
    assert.deepEqual(
      [path.estimate.at(-1), path.lower.at(-1), path.upper.at(-1)],
      [estimate, bounds?.lower, bounds?.upper].map(rounded),
    );
  });
}

test('bounds only close in, and the moment of the failure is kept with a bound beyond the tolerance', () => {
  const { path, decidedAt } = pathOf(300, 1.5);
  const known = path!.lower.filter((bound) => bound !== null);
  assert.deepEqual(
    known,
    known.toSorted((a, b) => a - b),
  );
  const at = path!.samples.indexOf(decidedAt!);
  assert.ok(path!.lower[at]! >= 1.05);
  assert.ok(path!.lower.slice(0, at).every((bound) => bound === null || bound < 1.05));
});

test('a canary that begins later is placed on its own samples', () => {
  assert.equal(pathOf(60, 1.02, 10).path!.first, -10);
});

test('two sides that differ by a constant have no path: nothing was ever uncertain', () => {
  const values = Array.from({ length: 30 }, (_, i) => 100 + i);
  const pair = pairOf('latency', { baseline: values, canary: values });
  const { metrics } = createSequentialJudge().judge(inputOf([metricConfig('latency')], [pair]));
  assert.equal(metrics[0]!.sequential.path, undefined);
});

test('turns stay while steps double', () => {
  const path = createBoundPath();
  for (let samples = 1; samples <= 10_000; samples++) {
    path.pass(samples, () => ({ samples }), samples === 1237);
  }
  const kept = path.until({ samples: 10_000 }).map(({ samples }) => samples);
  assert.ok(kept.includes(1237) && kept.length <= 60);
  assert.equal(kept.at(-1), 10_000);
});
