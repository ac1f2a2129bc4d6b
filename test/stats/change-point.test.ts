import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { findChangePoint } from '../../src/stats/change-point.ts';
import { createRandom } from '../support/sequential-input.ts';

const RISE = { side: 'increase', tolerated: Math.log(1.05) } as const;

/** How far off the start is found, in samples, in each of 200 runs of 120 samples. */
function errorsOf(
  startsAt: number,
  step: number,
  noise: (normal: () => number) => number,
): number[] {
  const random = createRandom(startsAt + 1);
  return Array.from({ length: 200 }, () => {
    const differences = Array.from(
      { length: 120 },
      (_, i) => (i < startsAt ? 0 : step) + noise(random.normal),
    );
    return Math.abs((findChangePoint(differences, RISE) ?? Infinity) - startsAt);
  });
}

const NOISES: Record<string, (normal: () => number) => number> = {
  normal: (normal) => 0.14 * normal(),
  'heavy-tailed': (normal) =>
    ((0.1 * normal()) / Math.hypot(normal(), normal(), normal())) * Math.sqrt(3),
  spiked: (normal) => 0.1 * normal() + (normal() > 1.9 ? 3 : 0),
};

for (const [name, noise] of Object.entries(NOISES)) {
  test(`finds the start of a step of +50 % in ${name} noise within 3 samples`, () => {
    for (const startsAt of [0, 20, 60, 100]) {
      const near = errorsOf(startsAt, Math.log(1.5), noise).filter((error) => error <= 3);
      assert.ok(near.length >= 190, `from ${startsAt}: ${near.length} of 200`);
    }
  });
}

test('a fall is a rise upside down, and gaps keep their places', () => {
  const differences = [0, 0.01, NaN, -0.01, 0, NaN, -0.5, -0.4, NaN, -0.45];
  assert.equal(findChangePoint(differences, { side: 'decrease', tolerated: -0.05 }), 6);
  assert.equal(
    findChangePoint(
      differences.map((value) => -value),
      { side: 'increase', tolerated: 0.05 },
    ),
    6,
  );
});

test('nothing beyond the tolerance has no start', () => {
  for (const differences of [[], [NaN], [0, 0.04, -1], [-1, -2, -3]]) {
    assert.equal(findChangePoint(differences, RISE), undefined);
  }
});

test('a standing difference within the tolerance is no start; the change is', () => {
  const differences = Array.from({ length: 60 }, (_, i) => (i < 40 ? -0.2 : 0.3));
  assert.equal(findChangePoint(differences, RISE), 40);
});

test('single events on a silent side count, where nothing else does', () => {
  const differences = Array.from({ length: 60 }, (_, i) => (i >= 30 && i % 3 === 0 ? 1 : 0));
  assert.equal(findChangePoint(differences, { side: 'increase', tolerated: 0 }), 30);
});

test('a step without noise is found exactly, in any unit and at any place', () => {
  const places = fc.record({ before: fc.nat(30), after: fc.integer({ min: 1, max: 30 }) });
  fc.assert(
    fc.property(places, fc.integer({ min: -30, max: 30 }), ({ before, after }, exponent) => {
      const unit = 2 ** exponent;
      const differences = [...Array<number>(before).fill(0), ...Array<number>(after).fill(unit)];
      assert.equal(findChangePoint(differences, { side: 'increase', tolerated: unit / 8 }), before);
    }),
  );
});
