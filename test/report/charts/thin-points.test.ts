import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thinPoints } from '../../../src/report/charts/thin-points.ts';

const series = (values: number[]) => ({ startAt: 0, stepMs: 1, values });

test('up to two points a column stay as they are', () => {
  const points = [1, NaN, 3, 4].map((value, index) => ({ at: 100 + 10 * index, value }));
  const values = points.map(({ value }) => value);
  assert.deepEqual(thinPoints({ startAt: 100, stepMs: 10, values }, 2), points);
});

test('a long series keeps its extremes, its ends and whole gaps', () => {
  const values = Array.from({ length: 100_000 }, (_, index) => Math.sin(index / 500));
  values[77_777] = 42;
  values[12_345] = -42;
  values.fill(NaN, 50_000, 52_000);
  const thinned = thinPoints(series(values), 650);
  assert.ok(thinned.length <= 4 * 650);
  const kept = thinned.map(({ value }) => value);
  assert.ok(kept.includes(42) && kept.includes(-42));
  assert.equal(thinned[0]!.at, 0);
  assert.equal(thinned.at(-1)!.at, 99_999);
  assert.ok(kept.filter(Number.isNaN).length >= 12);
  assert.deepEqual(
    thinned.map(({ at }) => at),
    thinned.map(({ at }) => at).sort((a, b) => a - b),
  );
});
