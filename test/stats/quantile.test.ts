import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { quantile } from '../../src/stats/quantile.ts';
import { isNear, readRecorded } from '../support/kayenta-fixtures.ts';

interface Recorded {
  meta: { percentiles: number[] };
  cases: { name: string; values: number[]; commonsMath_R7: number[] }[];
}

test('agrees with commons-math and R on every recorded sample', () => {
  const { meta, cases } = readRecorded<Recorded>('vectors/percentile.json.gz');
  assert.equal(cases.length, 80);
  for (const { name, values, commonsMath_R7: expected } of cases) {
    const sorted = Float64Array.from(values).sort();
    meta.percentiles.forEach((percentile, index) => {
      const actual = quantile(sorted, percentile / 100);
      assert.ok(isNear(actual, expected[index]!, 1e-12), `${name} P${percentile}: ${actual}`);
    });
  }
});

test('nothing has no quantile, a single value is its own', () => {
  assert.ok(Number.isNaN(quantile(new Float64Array(0), 0.5)));
  assert.equal(quantile(Float64Array.of(7), 0.99), 7);
});

test('lies within the sample and grows with the share', () => {
  const sample = fc.float64Array({
    noNaN: true,
    noDefaultInfinity: true,
    min: -1e9,
    max: 1e9,
    minLength: 1,
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(sample, share, share, (values, one, other) => {
      const sorted = values.slice().sort();
      const low = quantile(sorted, Math.min(one, other));
      const high = quantile(sorted, Math.max(one, other));
      assert.ok(sorted[0]! <= low && low <= high + 1e-6 && high <= sorted.at(-1)! + 1e-6);
    }),
  );
});
