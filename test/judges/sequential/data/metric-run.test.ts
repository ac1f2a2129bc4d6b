import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { claimsOf } from '../../../../src/judges/sequential/evidence/claims.ts';
import type { MetricState } from '../../../../src/judges/sequential/evidence/evidence-track.ts';
import { createMetricRun } from '../../../../src/judges/sequential/data/metric-run.ts';
import {
  resolveOptions,
  type SequentialOptions,
} from '../../../../src/judges/sequential/options.ts';
import { createArMixture } from '../../../../src/stats/ar-mixture.ts';
import { AR_MODELS } from '../../../../src/stats/noise-models.ts';
import {
  createRandom,
  latencies,
  metricConfig,
  ratioEffect,
} from '../../../support/sequential-input.ts';
import { assertClose } from '../../../support/vectors.ts';

interface Setup {
  direction?: 'increase' | 'decrease' | 'either';
  tolerance?: number;
  kind?: 'continuous' | 'count';
  plannedSamples?: number;
  options?: Partial<SequentialOptions>;
  history?: { baseline: number[]; canary: number[] }[];
}

function open(setup: Setup = {}) {
  const { direction = 'increase', tolerance = 1, kind = 'continuous' } = setup;
  const options = resolveOptions({ preset: 'auto', ...setup.options });
  const metric = metricConfig('latency', { direction, effect: ratioEffect(tolerance) });
  const plan = {
    claims: claimsOf(metric, options.margin, kind),
    kind,
    history: setup.history ?? [],
    plannedSamples: setup.plannedSamples ?? 60,
    comparable: true,
  };
  const run = createMetricRun(plan, options);
  const feed = (baseline: number[], canary: number[]) => {
    canary.forEach((value, i) =>
      run.observe({
        canary: value,
        baseline: baseline[i]!,
        canaryExposure: 1,
        baselineExposure: 1,
      }),
    );
    return run.state();
  };
  return { run, feed };
}

const around = (level: number) => ones(30).map((_, i) => level + ((7 * i) % 3) - 1);
const ones = (length: number) => Array.from({ length }, () => 1);

test('without a restart the running maximum is that of the bare e-process', () => {
  const random = createRandom(3);
  const [baseline, canary] = [latencies(random, 50), latencies(random, 50, 0.5)];
  for (const direction of ['increase', 'decrease', 'either'] as const) {
    const options = { restartEvery: 0 };
    const { path } = open({ direction, tolerance: 1.02, options }).feed(baseline, canary);
    const mixture = createArMixture({ models: AR_MODELS.auto });
    let highest = 0;
    baseline.forEach((value, i) => {
      mixture.observe(Math.log(canary[i]!) - Math.log(value), 0);
      const up = mixture.logEvidence({ theta: 0, delta: Math.log(1.02) }, 'increase');
      const down = mixture.logEvidence({ theta: 0, delta: -Math.log(1.02) }, 'decrease');
      const both = Math.max(up, down) - Math.LN2;
      if (i >= 4) {
        highest = Math.max(highest, { increase: up, decrease: down, either: both }[direction]);
      }
      assertClose(path[i]!, highest, 1e-9, `${direction} after ${i + 1}`);
    });
  }
});

const THRESHOLD = { threshold: Math.log(20), ratio: 1 };
const AT_5 = [
  { increase: THRESHOLD, decrease: THRESHOLD },
  { increase: Infinity, decrease: Infinity },
] as const;

function told({ path, scale, pairs, fail }: MetricState) {
  return {
    path,
    scale,
    pairs,
    fail: fail.map((one) => [one.maxima, one.logE(), one.leadingStart]),
  };
}

test('the answer does not depend on how often one looks', () => {
  const values = fc.array(
    fc.tuple(
      fc.oneof(fc.double({ min: 0.1, max: 9, noNaN: true }), fc.constantFrom(NaN, 0, -2)),
      fc.oneof(fc.double({ min: 0.1, max: 9, noNaN: true }), fc.constantFrom(NaN, 0, -2)),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(values, fc.nat(40), (samples, split) => {
      const [looked, unseen] = [open({ plannedSamples: 90 }), open({ plannedSamples: 90 })];
      const [canary, baseline] = [
        samples.map(([value]) => value),
        samples.map(([, value]) => value),
      ];
      looked.feed(baseline.slice(0, split), canary.slice(0, split));
      const late = looked.feed(baseline.slice(split), canary.slice(split));
      assert.deepEqual(told(late), told(unseen.feed(baseline, canary)));
      assert.deepEqual(looked.run.bounds(...AT_5), unseen.run.bounds(...AT_5));
    }),
    { numRuns: 40 },
  );
});

test('a zero moves the whole run to the linear scale', () => {
  const { run, feed } = open();
  assert.equal(feed([1, 2, 3], [1, 2, 4]).scale, 'log');
  const moved = feed([1], [0]);
  assert.equal(moved.scale, 'linear');
  assert.equal(moved.pairs, 4);
  const fixed = open({ options: { scale: 'linear' } }).feed([1, 2, 3, 1], [1, 2, 4, 0]);
  assert.deepEqual(moved.path, fixed.path);
  assert.equal(run.samples.length, 4);
});

test('arms that never meet in time are compared unpaired', () => {
  const random = createRandom(5);
  const canary = latencies(random, 400).map((value, i) => (i % 2 === 0 ? value * 1.3 : NaN));
  const baseline = latencies(random, 400).map((value, i) => (i % 2 === 1 ? value : NaN));
  const { scale, path, fail } = open().feed(baseline, canary);
  assert.equal(scale, 'unpaired');
  assert.ok(path.at(-1)! > Math.log(20));
  assert.ok(fail[0]!.logEOfWhole() > 0);
  const healthy = canary.map((value) => value / 1.3);
  assert.ok(open().feed(baseline, healthy).path.at(-1)! < Math.log(20));
});

test('a late regression is found by the part that starts with it', () => {
  const random = createRandom(11);
  const [baseline, healthy] = [latencies(random, 420), latencies(random, 420)];
  const canary = healthy.map((value, i) => (i < 360 ? value : value * 1.25));
  const state = open({ plannedSamples: 1440 }).feed(baseline, canary);
  assert.ok(state.path.at(-1)! > Math.log(20), 'found');
  assert.equal(state.fail[0]!.leadingStart, 360);
  const single = open({ plannedSamples: 1440, options: { restartEvery: 0 } });
  assert.ok(single.feed(baseline, canary).path.at(-1)! < Math.log(20), 'the whole run is too slow');
});

test('a tolerance widens also where the baseline is negative', () => {
  const random = createRandom(2);
  const noisy = () => latencies(random, 200).map((value) => -value);
  const healthy = open({ direction: 'either', tolerance: 1.05 }).feed(noisy(), noisy());
  assert.ok(healthy.path.at(-1)! < Math.log(20));
  const worse = noisy().map((value) => value * 0.7);
  const { path, fail } = open({ direction: 'either', tolerance: 1.05 }).feed(noisy(), worse);
  const [up, down] = fail.map((claim) => claim.logEOfWhole());
  assert.ok(path.at(-1)! > Math.log(20) && up! > down!);
});

test('history makes a large shift visible in minutes', () => {
  const random = createRandom(9);
  const history = [{ baseline: latencies(random, 240), canary: latencies(random, 240) }];
  const [baseline, shifted] = [latencies(random, 10), latencies(random, 10).map((v) => v * 1.5)];
  const informed = open({ history }).feed(baseline, shifted).path;
  const naive = open().feed(baseline, shifted).path;
  assert.ok(informed[9]! > Math.log(20));
  assert.ok(informed[5]! > naive[5]!);
});

test('clipping keeps one wild value from hiding a shift', () => {
  const random = createRandom(21);
  const history = [{ baseline: latencies(random, 240), canary: latencies(random, 240) }];
  const baseline = latencies(random, 40);
  const canary = latencies(random, 40).map((value, i) => (i === 20 ? value / 50 : value * 1.15));
  const plain = open({ history }).feed(baseline, canary);
  const robust = open({ history, options: { robust: true } }).feed(baseline, canary);
  assert.ok(robust.fail[0]!.logE() > plain.fail[0]!.logE() + 1);
});

test('signed ranks find a shift, too', () => {
  const random = createRandom(4);
  const baseline = latencies(random, 60);
  const canary = latencies(random, 60).map((value) => value * 1.2);
  const { path, difference } = open({ options: { test: 'rank' } }).feed(baseline, canary);
  assert.ok(path.at(-1)! > Math.log(20));
  assert.ok(difference.mixture.estimate(0)!.mean > 0.1);
});

test('counts that are never there leave no evidence, doubled ones do', () => {
  const none = open({ kind: 'count' }).feed(ones(30).fill(0), ones(30).fill(0));
  assert.equal(none.path.at(-1), 0);
  const doubled = open({ kind: 'count' }).feed(around(6), around(13));
  assert.ok(doubled.path.at(-1)! > Math.log(20));
  assert.equal(doubled.scale, 'count');
});
