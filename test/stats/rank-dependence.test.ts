import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { AR_MODELS } from '../../src/stats/noise-models.ts';
import { rankDependence, type Arms } from '../../src/stats/rank-dependence.ts';
import { createRandom } from '../support/sequential-input.ts';

const models = AR_MODELS.robust;

function factor(canary: number[], baseline: number[], changes: Partial<Arms> = {}): number {
  return rankDependence({ canary, baseline, paired: true, models, ...changes }).inflation;
}

function wandering(seed: number, length: number, rho: number): number[] {
  const random = createRandom(seed);
  let value = random.normal();
  return Array.from({ length }, () => {
    value = rho * value + Math.sqrt(1 - rho * rho) * random.normal();
    return value;
  });
}

test('is 1 for independent values, once there are enough of them to tell', () => {
  for (const paired of [true, false]) {
    const few = factor(wandering(1, 20, 0), wandering(2, 20, 0), { paired });
    const many = factor(wandering(1, 2000, 0), wandering(2, 2000, 0), { paired });
    assert.ok(few > 1.5, `${few}`);
    assert.ok(Math.abs(many - 1) < 0.02, `${many}`);
    const certain = { paired, models: AR_MODELS.white };
    assert.equal(factor(wandering(1, 20, 0), wandering(2, 20, 0), certain), 1);
  }
});

test('is (1 + rho)/(1 - rho) for arms that wander, paired or not', () => {
  for (const paired of [true, false]) {
    for (const rho of [0.5, 0.8]) {
      const measured = factor(wandering(3, 4000, rho), wandering(4, 4000, rho), { paired });
      const expected = (1 + rho) / (1 - rho);
      assert.ok(Math.abs(measured / expected - 1) < 0.25, `${measured}, expected ${expected}`);
    }
  }
});

test('is the variance that the rank sum has', () => {
  // of 600 pairs of arms of 100 values each, AR(0.6) with a part in common
  const sums = Array.from({ length: 600 }, (_, run) => {
    const common = wandering(9000 + run, 100, 0.6);
    const arm = (seed: number) => wandering(seed + run, 100, 0.6).map((v, i) => v + common[i]!);
    return rankSum(arm(1000), arm(5000));
  });
  const variance = sums.reduce((total, sum) => total + sum * sum, 0) / sums.length;
  const independent = (100 * 100 * 201) / 12;
  const common = wandering(1, 4000, 0.6);
  const arm = (seed: number) => wandering(seed, 4000, 0.6).map((v, i) => v + common[i]!);
  const measured = factor(arm(2), arm(3));
  assert.ok(Math.abs(measured / (variance / independent) - 1) < 0.2, `${measured}`);
});

/** Mann-Whitney U minus its mean. */
function rankSum(x: number[], y: number[]): number {
  const wins = x.reduce((total, a) => total + y.filter((b) => a > b).length, 0);
  return wins - (x.length * y.length) / 2;
}

test('credits what both arms share only beyond doubt', () => {
  const trend = Array.from({ length: 120 }, (_, i) => 5 * Math.sin(i / 10));
  const [a, b] = [wandering(5, 120, 0), wandering(6, 120, 0)];
  const shared = factor(
    a.map((value, i) => value + trend[i]!),
    b.map((value, i) => value + trend[i]!),
  );
  assert.ok(shared < 0.3, `${shared}`);
  // wandering apart, two arms correlate by chance, some of them strongly
  const apart = Array.from({ length: 100 }, (_, run) =>
    factor(wandering(100 + run, 40, 0.95), wandering(900 + run, 40, 0.95)),
  );
  assert.ok(Math.min(...apart) > 1, `${Math.min(...apart)}`);
});

test('takes a step of the canary alone for no wander of its own', () => {
  const [a, b] = [wandering(5, 120, 0), wandering(6, 120, 0)];
  const step = a.map((value, i) => (i < 80 ? value : value + 6));
  for (const paired of [true, false]) {
    assert.ok(factor(step, b, { paired }) <= 1.5 * factor(b, b, { paired: false }));
    assert.ok(factor(b, step, { paired }) > 5); // a baseline that steps is none to rely on
  }
});

test('knows only the order of values, skips gaps, and takes still arms as they are', () => {
  const [a, b] = [wandering(7, 60, 0.5), wandering(8, 60, 0.5)];
  const plain = factor(a, b);
  assert.equal(
    factor(
      a.map((v) => 1e-9 * Math.exp(v)),
      b.map((v) => 3 + v ** 3),
    ),
    plain,
  );
  const gaps = (values: number[]) => values.flatMap((v, i) => (i === 30 ? [NaN, v] : [v]));
  assert.ok(Math.abs(factor(gaps(a), gaps(b)) - plain) < plain);
  assert.equal(factor(Array<number>(30).fill(1), Array<number>(30).fill(2)), 1);
});

test('is a number above 0 for any arms', () => {
  const side = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(NaN)), {
    minLength: 6,
    maxLength: 40,
  });
  fc.assert(
    fc.property(side, side, fc.boolean(), (canary, baseline, paired) => {
      const enough = [canary, baseline].every((arm) => arm.some((v) => !Number.isNaN(v)));
      fc.pre(enough);
      const measured = factor(canary, baseline, { paired });
      assert.ok(measured > 0 && Number.isFinite(measured), `${measured}`);
    }),
  );
});
