import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealthyRun } from '../../../../src/judges/judge.ts';
import { claimsOf } from '../../../../src/judges/sequential/evidence/claims.ts';
import { createMetricRun } from '../../../../src/judges/sequential/data/metric-run.ts';
import { resolveOptions } from '../../../../src/judges/sequential/options.ts';
import { planMetric } from '../../../../src/judges/sequential/plan/plan-metric.ts';
import type { MetricConfig } from '../../../../src/model/config.ts';
import {
  createRandom,
  latencies,
  metricConfig,
  ratioEffect,
  type Random,
} from '../../../support/sequential-input.ts';

const options = resolveOptions({});
const question = { changes: [0.1], lengths: [120], power: 0.8, share: 1, options };
const latencyRun = (random: Random, length: number, rho = 0): HealthyRun => ({
  baseline: latencies(random, length, rho),
  canary: latencies(random, length, rho),
});

/** Six earlier runs, which tell how much runs differ. */
const sixRuns = (random: Random, length: number, rho = 0): HealthyRun[] =>
  Array.from({ length: 6 }, () => latencyRun(random, length, rho));

function planned(
  metric: MetricConfig,
  history: HealthyRun[],
  changes: Partial<typeof question> = {},
) {
  const plan = planMetric(metric, history, { ...question, ...changes });
  assert.ok(!('reason' in plan), JSON.stringify(plan));
  return plan;
}

interface World {
  metric: MetricConfig;
  rho: number;
  factor: number;
  options: typeof options;
}

const RUNS = 50;

/** Samples until each run of a world is failed, in order; a run that never is counts as the whole. */
function failTimes(random: Random, world: World, length: number): number[] {
  const { metric, rho, factor } = world;
  const times = Array.from({ length: RUNS }, () => {
    const run = createMetricRun(
      {
        claims: claimsOf(metric, world.options.margin, metric.kind),
        kind: metric.kind,
        history: sixRuns(random, 240, rho),
        plannedSamples: length,
        comparable: true,
      },
      world.options,
    );
    const { baseline, canary } = latencyRun(random, length, rho);
    for (const [t, value] of canary.entries()) {
      const sample = { canary: value * factor, baseline: baseline[t]! };
      run.observe({ ...sample, canaryExposure: 1, baselineExposure: 1 });
    }
    const at = run.state().path.findIndex((logE) => logE >= -Math.log(world.options.alpha));
    return at < 0 ? length : at + 1;
  });
  return times.sort((a, b) => a - b);
}

const strict = metricConfig('latency', { direction: 'either', effect: ratioEffect(1) });
const WORLDS: Record<string, World> = {
  'a 10 % change without tolerance': { metric: strict, rho: 0, factor: 1.1, options },
  'a 25 % change of a wandering metric': {
    metric: metricConfig('latency'),
    rho: 0.8,
    factor: 1.25,
    options,
  },
};

/** The plan knows neither the run's own offset nor what its noise will teach. */
const TOLERANCE = 0.5;

for (const [name, world] of Object.entries(WORLDS)) {
  test(`simulated runs are failed when the plan says: ${name}`, () => {
    const random = createRandom(404);
    const plan = planned(world.metric, sixRuns(random, 240, world.rho), {
      changes: [world.factor - 1],
      options: world.options,
    });
    const { samples } = plan.changes[0]!;
    const time = failTimes(random, world, 2 * samples!)[0.8 * RUNS - 1]!;
    assert.ok(Math.abs(time / samples! - 1) <= TOLERANCE, `${time}, where ${samples} was planned`);
  });
}

test('one earlier run cannot tell a small change from a difference between runs, several can', () => {
  const planFrom = (history: HealthyRun[]) =>
    planned(strict, history, { changes: [0.05] }).changes[0]!;
  const [one, six] = [
    planFrom([latencyRun(createRandom(404), 480)]),
    planFrom(sixRuns(createRandom(404), 480)),
  ];
  assert.equal(one.samples, undefined);
  assert.ok(six.samples! > six.medianSamples! && six.medianSamples! > six.fixedSamples!);
  assert.ok(Math.abs(six.fixedSamples! / 66 - 1) < 0.1, `${six.fixedSamples}`);
});

test('a wandering metric needs longer, by its long-run variance', () => {
  const metric = metricConfig('latency');
  const plans = [0, 0.9].map((rho) => planned(metric, [latencyRun(createRandom(8), 4000, rho)]));
  const [white, wandering] = plans.map(({ changes }) => changes[0]!.fixedSamples!);
  const factor = wandering! / white!;
  assert.ok(factor > 14 && factor < 24, `${factor}; (1 + rho) / (1 - rho) is 19`);
});

test('the tolerance is the null: what it allows is never found, what is near takes long', () => {
  const history = sixRuns(createRandom(5), 480);
  const { changes } = planned(metricConfig('latency'), history, { changes: [0.05, 0.12, 0.2, 1] });
  assert.deepEqual(changes[0], { change: 0.05, tolerated: true });
  const times = changes.slice(1).map(({ samples }) => samples!);
  assert.ok(times[0]! > 2 * times[1]! && times[1]! > times[2]!, String(times));
  assert.ok(times[2]! >= 5);
});

test('within the time that a change needs, just this change is found', () => {
  const history = sixRuns(createRandom(5), 480);
  for (const direction of ['increase', 'decrease', 'either'] as const) {
    const metric = metricConfig('latency', { direction });
    const { samples } = planned(metric, history).changes[0]!;
    const [at, before] = planned(metric, history, { lengths: [samples!, samples! - 1] }).lengths;
    assert.ok(at!.change! <= 0.1 + 1e-6 && before!.change! > 0.1, direction);
    assert.ok(planned(metric, history, { lengths: [4] }).lengths[0]!.change === undefined);
  }
});

test('a smaller share of alpha and more power take longer', () => {
  const history = sixRuns(createRandom(5), 480);
  const time = (changes: object) =>
    planned(metricConfig('latency'), history, changes).changes[0]!.samples!;
  assert.ok(time({ share: 0.1 }) > 1.2 * time({}));
  assert.ok(time({ power: 0.95 }) > 1.2 * time({}));
});

test('a canary that is no different is confirmed when the plan says', () => {
  const random = createRandom(12);
  const metric = metricConfig('latency');
  const { samples, medianSamples } = planned(metric, sixRuns(random, 240)).pass;
  const times = Array.from({ length: 60 }, () => {
    const run = createMetricRun(
      {
        claims: claimsOf(metric, options.margin, metric.kind),
        kind: metric.kind,
        history: sixRuns(random, 240),
        plannedSamples: 150,
        comparable: true,
      },
      options,
    );
    const { baseline, canary } = latencyRun(random, 150);
    for (const [t, value] of canary.entries()) {
      run.observe({
        canary: value,
        baseline: baseline[t]!,
        canaryExposure: 1,
        baselineExposure: 1,
      });
    }
    return run.state().confirmedAt ?? 150;
  }).sort((a, b) => a - b);
  assert.ok(Math.abs(times[47]! - samples!) <= 25, `${times[47]} against ${samples}`);
  assert.ok(Math.abs(times[29]! - medianSamples!) <= 25, `${times[29]} against ${medianSamples}`);
});

test('counts are planned by their events, and by how their rate wanders', () => {
  const metric = metricConfig('errors', { kind: 'count', effect: ratioEffect(1) });
  const random = createRandom(21);
  const events = (mean: number) =>
    Array.from({ length: 400 }, () =>
      Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal())),
    );
  const run = (mean: number) => ({
    baseline: events(9 * mean),
    canary: events(mean),
    exposure: { baseline: Array(400).fill(9), canary: Array(400).fill(1) },
  });
  const [few, many] = [planned(metric, [run(20)]), planned(metric, [run(80)])];
  assert.equal(few.scale, 'count');
  const [slow, fast] = [few, many].map(({ changes }) => changes[0]!.fixedSamples!);
  const expected = 7.849 / (20 * 10 * 0.1 * 0.9) / Math.log(1.1) ** 2;
  assert.ok(slow! / expected > 0.85 && slow! / expected < 1.3, `${slow} against ${expected}`);
  assert.ok(slow! / fast! > 3 && slow! / fast! < 5, `${slow} against ${fast}`);
});

test('zeros make it a plan for means', () => {
  const random = createRandom(3);
  const bursts = () => Array.from({ length: 500 }, () => (random.uniform() < 0.6 ? 0 : 5));
  const plan = planned(metricConfig('errors'), [{ baseline: bursts(), canary: bursts() }], {
    changes: [0.5, 1],
  });
  assert.equal(plan.scale, 'linear');
  assert.ok(
    plan.changes[0]!.samples! > 100 && plan.changes[1]!.samples! < plan.changes[0]!.samples!,
  );
});

test('what cannot be known is said, and no number given', () => {
  const reasonOf = (history: HealthyRun[], metric = metricConfig('latency')) => {
    const plan = planMetric(metric, history, question);
    assert.ok('reason' in plan);
    return plan.reason;
  };
  assert.match(reasonOf([]), /no history of "latency": at least 11 samples/);
  assert.match(reasonOf([{ baseline: [1, NaN, 3], canary: [1, 2, NaN] }]), /only 1 samples/);
  const still = Array.from({ length: 60 }, () => 7);
  assert.match(reasonOf([{ baseline: still, canary: still }]), /never moves/);
  const random = createRandom(1);
  const around0 = () => still.map(() => random.normal());
  const [baseline, canary] = [around0(), around0()];
  const centred = baseline.map((value) => value - baseline.reduce((a, b) => a + b) / 60);
  const metric = metricConfig('drift');
  const plan = planMetric(metric, [{ baseline: centred, canary }], question);
  assert.ok('reason' in plan || plan.changes[0]!.samples === undefined);
});
