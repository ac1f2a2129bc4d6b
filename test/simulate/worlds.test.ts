import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../simulate/random.ts';
import { drawWithOffset, STRESS_WORLDS, worldNamed, WORLDS } from '../../simulate/worlds.ts';

const LENGTH = 40_000;

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function autocorrelation(values: readonly number[]): number {
  const centre = mean(values);
  const product = (lag: number) =>
    mean(values.slice(lag).map((value, t) => (value - centre) * (values[t]! - centre)));
  return product(1) / product(0);
}

function canaryOf(name: string, factor = 1): number[] {
  return worldNamed(name).draw(createRandom(3), { length: LENGTH, factor }).canary;
}

for (const [name, level, rho, tolerance] of [
  ['normal', 100, 0, 0.4],
  ['ar05', 100, 0.5, 0.5],
  ['ar09', 100, 0.9, 1.2],
  ['ar09wn', 100, 0.45, 1],
  ['poisson', 30, 0, 0.2],
  ['zeroinfl', 0.002, 0, 0.0001],
] as const) {
  test(`world ${name} has the level and the memory that it says`, () => {
    const values = canaryOf(name);
    assert.ok(Math.abs(mean(values) - level) < tolerance, `mean ${mean(values)}`);
    const found = autocorrelation(values);
    assert.ok(Math.abs(found - rho) < 0.03, `autocorrelation ${found}`);
  });
}

test('a factor moves the canary alone, from its minute on', () => {
  // tails as heavy as those of `heavy` have no mean
  for (const { name, draw } of WORLDS.filter((world) => world.name !== 'heavy')) {
    const { baseline, canary } = draw(createRandom(9), {
      length: LENGTH,
      factor: 2,
      from: LENGTH / 2,
    });
    const ratio = (from: number, to: number) =>
      mean(canary.slice(from, to)) / mean(baseline.slice(from, to));
    assert.ok(Math.abs(ratio(0, LENGTH / 2) - 1) < 0.06, `${name} before`);
    assert.ok(Math.abs(ratio(LENGTH / 2, LENGTH) - 2) < 0.12, `${name} after`);
  }
});

test('the same seed gives the same world, another seed another', () => {
  for (const { draw } of WORLDS) {
    const first = (seed: number) => draw(createRandom(seed), { length: 5 });
    assert.deepEqual(first(1), first(1));
    assert.notDeepEqual(first(1), first(2));
  }
});

test('a held world shows each value so many times, and every world has a mean of about 100', () => {
  const { canary, baseline } = worldNamed('held 4, shifted by 2').draw(createRandom(2), {
    length: 40,
  });
  const renewed = (values: readonly number[]) =>
    values.flatMap((value, t) => (t > 0 && value !== values[t - 1] ? [t % 4] : []));
  assert.deepEqual(new Set(renewed(baseline)), new Set([0]));
  assert.deepEqual(new Set(renewed(canary)), new Set([2]));
  for (const { name, draw } of STRESS_WORLDS.filter((world) => world.name !== 'walk')) {
    const level = mean(draw(createRandom(4), { length: LENGTH }).baseline);
    assert.ok(Math.abs(level - 100) < 3, `${name} ${level}`);
  }
});

test('sides with an offset differ by another amount in every run', () => {
  const random = createRandom(6);
  const ratios = Array.from({ length: 200 }, () => {
    const { canary, baseline } = drawWithOffset(random, { length: 200 }, 0.2);
    return Math.log(mean(canary) / mean(baseline));
  });
  const spread = Math.sqrt(mean(ratios.map((ratio) => ratio * ratio)));
  assert.ok(Math.abs(spread - 0.2) < 0.03, `${spread}`);
});
