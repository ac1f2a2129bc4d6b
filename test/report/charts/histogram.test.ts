import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { binsOf, renderHistogram } from '../../../src/report/charts/histogram.ts';

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

suite('a histogram of both sides', () => {
  const baseline = Array.from({ length: 200 }, (_, i) => (i % 10) + 0.5);
  const canary = Array.from({ length: 50 }, (_, i) => (i % 10) + 5.5);
  const { bins } = binsOf({ baseline, canary });

  test('each value is in one bin, and a side with fewer values counts as much', () => {
    assert.ok(bins.length > 1 && bins.length <= 60);
    for (const side of ['baseline', 'canary'] as const) {
      assert.ok(Math.abs(sum(bins.map((one) => one[side])) - 1) < 1e-9, side);
    }
    assert.ok(bins.slice(1).every(({ from }, k) => from === bins[k]!.to));
    assert.ok(bins[0]!.canary === 0 && bins.at(-1)!.baseline === 0);
  });

  test('one value alone, and values that lie far apart, still make bins', () => {
    const same = binsOf({ baseline: [3, 3, 3], canary: [3] });
    assert.deepEqual(
      same.bins.map(({ baseline: left, canary: right }) => [left, right]),
      [[1, 1]],
    );
    const far = binsOf({ baseline: [...Array(999).keys(), 1e9], canary: [1] });
    assert.ok(far.bins.length <= 120);
    assert.ok(Math.abs(sum(far.bins.map((one) => one.baseline)) - 1) < 1e-9);
  });

  test('says in words where most values lie', () => {
    const text = renderHistogram({ bins }, { id: 'm', unit: 'ms', metric: 'latency' }).toString();
    assert.match(text, /of the baseline&#39;s values lie from \d+ ms to \d+ ms/);
    assert.doesNotMatch(text, /NaN|Infinity/);
  });
});
