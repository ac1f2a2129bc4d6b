import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { criticalValue } from '../../src/stats/critical-value.ts';
import { selectDifferences } from '../../src/stats/difference-selection.ts';
import { exactShiftInterval, rankSumPValue } from '../../src/stats/exact-shift.ts';
import type { ShiftInterval } from '../../src/stats/mann-whitney.ts';
import { isNear, readRecorded } from '../support/kayenta-fixtures.ts';

const REACH = criticalValue(0.98);

function sortedOf(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}

function exactShift(x: Iterable<number>, y: Iterable<number>): ShiftInterval {
  return exactShiftInterval(sortedOf(x), sortedOf(y), REACH);
}

interface WilcoxonCase {
  name: string;
  experiment: number[];
  control: number[];
  exact: { lo: number; hi: number; est: number } | null;
  r: { p: number | null; ciLowTight: number | null; ciHighTight: number | null };
}
const { cases: CASES } = readRecorded<{ cases: WilcoxonCase[] }>('vectors/wilcoxon.json.gz');

test('is the recorded order statistics, and their median, in all 274 cases that have any', () => {
  assert.equal(CASES.filter(({ exact }) => exact !== null).length, 274);
  for (const { name, experiment, control, exact } of CASES) {
    if (exact === null) continue;
    const expected = { lower: exact.lo, upper: exact.hi, estimate: exact.est };
    const actual = exactShift(experiment, control);
    for (const key of ['lower', 'upper', 'estimate'] as const) {
      assert.ok(isNear(actual[key], expected[key], 1e-12), `${name} ${key}: ${actual[key]}`);
    }
  }
});

test('never throws, also where the original does', () => {
  for (const { name, experiment, control } of CASES.filter(({ exact }) => exact === null)) {
    const { lower, upper, estimate } = exactShift(experiment, control);
    assert.ok(lower <= estimate && estimate <= upper, name);
  }
});

test("is R's interval for a root tolerance near 0, wherever R gives one", () => {
  let compared = 0;
  for (const { name, experiment, control, r } of CASES) {
    if (r.ciLowTight === null || r.ciHighTight === null) continue;
    const scale = Math.max(...[...experiment, ...control].map(Math.abs));
    const { lower, upper } = exactShift(experiment, control);
    assert.ok(Math.abs(lower - r.ciLowTight) <= 1e-12 * scale, `${name} lower ${lower}`);
    assert.ok(Math.abs(upper - r.ciHighTight) <= 1e-12 * scale, `${name} upper ${upper}`);
    compared++;
  }
  assert.ok(compared >= 274, `${compared} compared`);
});

test("is R's p-value", () => {
  let compared = 0;
  for (const { name, experiment, control, r } of CASES) {
    if (r.p === null) continue;
    const p = rankSumPValue(sortedOf(experiment), sortedOf(control));
    assert.ok(isNear(p, r.p, 1e-10), `${name}: ${p} for ${r.p}`);
    compared++;
  }
  assert.ok(compared >= 274, `${compared} compared`);
});

test('nothing tells equal values from chance', () => {
  assert.equal(rankSumPValue(sortedOf([1, 1]), sortedOf([1])), 1);
  assert.equal(rankSumPValue(sortedOf([-0, 1]), sortedOf([0, 1])), 1);
});

const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(Infinity, -Infinity, 1e308, -1e308),
);
const sample = fc.array(value, { minLength: 1, maxLength: 60 }).map(sortedOf);

test('every rank is the one of sorting all differences', () => {
  fc.assert(
    fc.property(sample, sample, fc.double({ min: 0, max: 1, noNaN: true }), (x, y, share) => {
      const all = [...x].flatMap((a) => [...y].map((b) => (a === b ? 0 : a - b)));
      const sorted = Float64Array.from(all).sort();
      const k = 1 + Math.floor(share * (sorted.length - 1));
      const differences = selectDifferences(x, y);
      assert.equal(differences.count, sorted.length);
      assert.equal(differences.at(k) + 0, sorted[k - 1]! + 0);
    }),
    { numRuns: 1000 },
  );
});

/** Not so small that a power of two takes bits away. */
const measured = fc
  .double({ min: -1e6, max: 1e6, noNaN: true })
  .map((v) => (Math.abs(v) < 1e-100 ? 0 : v));
const finite = fc.array(measured, { minLength: 2, maxLength: 30 }).map(sortedOf);

test('scaling by powers of two scales the bits of the answer, at any scale', () => {
  fc.assert(
    fc.property(finite, finite, fc.integer({ min: -60, max: 60 }), (x, y, exponent) => {
      const factor = 2 ** exponent;
      const [bigX, bigY] = [x, y].map((values) => values.map((v) => v * factor));
      const { lower, upper, estimate } = exactShift(x, y);
      const scaled = { lower: lower * factor, upper: upper * factor, estimate: estimate * factor };
      assert.deepEqual(exactShift(bigX!, bigY!), scaled);
    }),
  );
});

test('adding one number to both sides changes nothing, to one side shifts the answer by it', () => {
  const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(whole, whole, fc.integer({ min: -1000, max: 1000 }), (x, y, shift) => {
      const [movedX, movedY] = [x, y].map((values) => values.map((v) => v + shift));
      const { lower, upper, estimate } = exactShift(x, y);
      assert.deepEqual(exactShift(movedX!, movedY!), { lower, upper, estimate });
      const expected = { lower: lower + shift, upper: upper + shift, estimate: estimate + shift };
      assert.deepEqual(exactShift(movedX!, y), expected);
    }),
  );
});

test('swapping the sides mirrors the answer, and neither sample is changed', () => {
  fc.assert(
    fc.property(finite, finite, (x, y) => {
      const before = [[...x], [...y]];
      const { lower, upper, estimate } = exactShiftInterval(x, y, REACH);
      const mirrored = exactShiftInterval(y, x, REACH);
      assert.deepEqual([...x, ...y], before.flat());
      assert.deepEqual(
        [mirrored.lower + 0, mirrored.upper + 0, mirrored.estimate + 0],
        [0 - upper, 0 - lower, 0 - estimate],
      );
    }),
  );
});

test('a day of minutes takes no list of its two million differences', () => {
  const wave = (length: number, step: number) =>
    Array.from({ length }, (_, i) => 100 + Math.sin(step * i));
  const { lower, upper } = exactShift(wave(1440, 2.39), wave(1440, 1.71));
  assert.ok(lower < 0 && upper > 0);
});
