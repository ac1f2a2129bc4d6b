import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { compareUpperTails } from '../../src/stats/quantile-test.ts';

const sortedOf = (values: number[]) => Float64Array.from(values).sort();
const oneTo = (n: number, from = 1) => sortedOf(Array.from({ length: n }, (_, i) => from + i));

test('all of the largest tenth on one side has the chance of drawing only marked ones', () => {
  const { canary, baseline, p } = compareUpperTails(oneTo(50, 51), oneTo(50), 0.1);
  assert.deepEqual([canary, baseline], [10, 0]);
  // choose(50, 10) / choose(100, 10)
  assert.ok(Math.abs(p / 5.934196725858287e-4 - 1) < 1e-10, `${p}`);
});

test('of few values the eight largest are looked at, as two of twenty are never beyond chance', () => {
  const { canary, baseline, p } = compareUpperTails(oneTo(10, 11), oneTo(10), 0.1);
  assert.deepEqual([canary, baseline], [8, 0]);
  // choose(10, 8) / choose(20, 8)
  assert.ok(Math.abs(p / (45 / 125970) - 1) < 1e-12, `${p}`);
});

test('is the hypergeometric probability, as computed with whole numbers', () => {
  // of the 12 largest of 60 + 60 values k are the canary's: sum of choose(60, i) choose(60, 12 - i)
  // over i >= k, divided by choose(120, 12)
  for (const [k, expected] of [
    [12, 0.00013273048332404258],
    [9, 0.06272377368171196],
    [6, 0.6188667108723953],
    [0, 1],
  ] as const) {
    const high = (count: number) => Array.from({ length: count }, (_, i) => 1000 + i);
    const low = (count: number) => Array.from({ length: count }, (_, i) => i);
    const canary = sortedOf([...high(k), ...low(60 - k)]);
    const baseline = sortedOf([...high(12 - k), ...low(48 + k)]);
    const { p } = compareUpperTails(canary, baseline, 0.1);
    assert.ok(Math.abs(p - expected) < 1e-12, `${k}: ${p}`);
  }
});

test('values tied with the cut are all in the tail, unless they are most of the sample', () => {
  const tied = [...Array<number>(40).fill(0), ...Array<number>(5).fill(1)];
  assert.deepEqual(compareUpperTails(sortedOf(tied), sortedOf(tied), 0.1), {
    canary: 5,
    baseline: 5,
    p: compareUpperTails(sortedOf(tied), sortedOf(tied), 0.11).p,
  });
  const zeros = sortedOf(Array<number>(10).fill(0));
  assert.equal(compareUpperTails(zeros, zeros, 0.1).p, 1);
});

test('only the order counts, and an infinity is the largest', () => {
  const value = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom(Infinity, -Infinity));
  const sample = fc.array(value, { minLength: 1, maxLength: 40 }).map(sortedOf);
  fc.assert(
    fc.property(sample, sample, (x, y) => {
      const plain = compareUpperTails(x, y, 0.1);
      assert.ok(plain.p > 0 && plain.p <= 1);
      const [bigX, bigY] = [x, y].map((values) => values.map((v) => 3 * v + 7));
      assert.deepEqual(compareUpperTails(bigX!, bigY!, 0.1), plain);
    }),
  );
});
