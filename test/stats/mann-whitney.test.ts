import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { kayentaShiftInterval, type ShiftInterval } from '../../src/stats/mann-whitney.ts';
import { createRankComparison } from '../../src/stats/rank-comparison.ts';
import { isNear, readRecorded, readRecordedLines } from '../support/kayenta-fixtures.ts';

function shiftInterval(x: Iterable<number>, y: Iterable<number>, level = 0.98): ShiftInterval {
  const ranks = createRankComparison(Float64Array.from(x).sort(), Float64Array.from(y).sort());
  return kayentaShiftInterval(ranks, level);
}

interface RawCase {
  case: number;
  conf: number;
  x: number[];
  y: number[];
  expected: ShiftInterval | { threw: string };
}

test('agrees with the original on all 300 recorded tests, or refuses as it does', () => {
  const cases = readRecordedLines<RawCase>('kayenta/mann-whitney-cases.jsonl.gz');
  assert.equal(cases.length, 300);
  for (const { case: name, conf, x, y, expected } of cases) {
    if ('threw' in expected) {
      assert.throws(() => shiftInterval(x, y, conf), /all observations are tied/, `case ${name}`);
      continue;
    }
    const actual = shiftInterval(x, y, conf);
    for (const key of ['lower', 'upper', 'estimate'] as const) {
      assert.ok(isNear(actual[key], expected[key], 1e-9), `case ${name} ${key}: ${actual[key]}`);
    }
  }
});

interface WilcoxonCase {
  name: string;
  experiment: number[];
  control: number[];
  kayenta: { ciLow: number; ciHigh: number; estimate: number; throws: string | null };
}

test('has the bits of the original in all 274 recorded tests that do not throw', () => {
  const { cases } = readRecorded<{ cases: WilcoxonCase[] }>('vectors/wilcoxon.json.gz');
  const tested = cases.filter((recorded) => recorded.kayenta.throws === null);
  assert.equal(tested.length, 274);
  for (const { name, experiment, control, kayenta } of tested) {
    const { ciLow: lower, ciHigh: upper, estimate } = kayenta;
    assert.deepEqual(shiftInterval(experiment, control), { lower, upper, estimate }, name);
  }
  for (const { name, experiment, control } of cases.filter((c) => c.kayenta.throws !== null)) {
    assert.throws(() => shiftInterval(experiment, control), RangeError, name);
  }
});

test('below a scale of 1e-4 the original finds no shift, and neither do we', () => {
  const wave = (phase: number): number[] =>
    Array.from({ length: 60 }, (_, i) => 1 + 0.25 * Math.sin(2.399963 * i + phase));
  const scaled = (scale: number): ShiftInterval =>
    shiftInterval(
      wave(1).map((value) => 1.5 * scale * value),
      wave(0).map((value) => scale * value),
    );
  assert.ok(scaled(1).lower > 0.25 * scaled(1).estimate);
  assert.ok(scaled(1e-5).lower < 0);
});

test('swapping the sides mirrors the interval', () => {
  const sample = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 8, maxLength: 40 });
  fc.assert(
    fc.property(sample, sample, (x, y) => {
      fc.pre(new Set([...x, ...y]).size > 2);
      const { lower, upper } = shiftInterval(x, y);
      const mirrored = shiftInterval(y, x);
      // the root finder stops within its tolerance on either side of a step
      assert.ok(
        Math.abs(lower + mirrored.upper) <= 2e-4 && Math.abs(upper + mirrored.lower) <= 2e-4,
      );
    }),
  );
});
