import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bucketsOf,
  epochBucketsOf,
  placeBuckets,
  refuseCoarser,
} from '../../../src/sources/grid/bucket-grid.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-01-15T10:00:37Z');
const window = { startAt: START, endAt: START + 10 * MINUTE, stepSeconds: 60 };

test('a window of n steps has n buckets, and none that ends after it', () => {
  assert.deepEqual(bucketsOf(window), { startAt: START, stepMs: MINUTE, count: 10 });
  assert.equal(bucketsOf({ ...window, endAt: window.endAt + 59_000 }).count, 10);
  assert.equal(bucketsOf({ ...window, endAt: START + 59_000 }).count, 0);
});

test('buckets of the epoch lie in the window as a whole, whatever it is', () => {
  const cases = fc.property(
    fc.integer({ min: 0, max: 1e12 }),
    fc.integer({ min: 0, max: 1e7 }),
    fc.integer({ min: 1, max: 900 }),
    (startAt, length, stepSeconds) => {
      const { grid } = epochBucketsOf({ startAt, endAt: startAt + length, stepSeconds });
      assert.ok(grid.count >= 0);
      assert.equal(grid.startAt % grid.stepMs, 0);
      if (grid.count === 0) return;
      assert.ok(grid.startAt >= startAt);
      assert.ok(grid.startAt + grid.count * grid.stepMs <= startAt + length);
    },
  );
  fc.assert(cases);
});

test('a window that is cut says so once, and one that is not says nothing', () => {
  const cut = epochBucketsOf(window);
  assert.deepEqual(cut.grid, { startAt: START + 23_000, stepMs: MINUTE, count: 9 });
  assert.match(
    cut.remarks.map(({ text }) => text).join(),
    /^the source cuts time at multiples of 1m, so the window was read from 2026-01-15T10:01:00.000Z to 2026-01-15T10:10:00.000Z$/,
  );
  const startAt = START + 23_000;
  assert.deepEqual(epochBucketsOf({ ...window, startAt, endAt: startAt + 5 * MINUTE }).remarks, []);
});

const grid = bucketsOf(window);
const refusals: [string, number, 'start' | 'end', RegExp][] = [
  [
    'starts before the window',
    START - 37_000,
    'start',
    /^a bucket 2026-01-15T10:00:00.000Z that starts before the window; align .* 2026-01-15T10:00:37.000Z$/,
  ],
  ['ends after the window', START + 10 * MINUTE, 'start', /that ends after the window; align/],
  ['is cut by the end', START + 9 * MINUTE + 1000, 'start', /that ends after the window; align/],
  ['is off the steps', START + 90_000, 'start', /that is 30s off the steps of 1m; align/],
  ['ends at the start, named by its end', START, 'end', /that starts before the window/],
];
for (const [what, at, label, message] of refusals) {
  test(`a bucket that ${what} is refused with what to do`, () => {
    assert.throws(() => placeBuckets([[at, 1]], grid, label), { code: 'source-answer', message });
  });
}

test('buckets named by their end are those before it', () => {
  const points: [number, number][] = [
    [START + 10 * MINUTE, 7],
    [START + MINUTE, 1],
  ];
  assert.deepEqual(placeBuckets(points, grid, 'end'), [
    1,
    NaN,
    NaN,
    NaN,
    NaN,
    NaN,
    NaN,
    NaN,
    NaN,
    7,
  ]);
});

test('two values for one bucket are refused, the same one twice is one', () => {
  assert.throws(
    () =>
      placeBuckets(
        [
          [START, 1],
          [START, 2],
        ],
        grid,
      ),
    /two values for/,
  );
  assert.equal(
    placeBuckets(
      [
        [START, 1],
        [START, 1],
      ],
      grid,
    )[0],
    1,
  );
});

test('an answer in longer steps is told from one with few values', () => {
  const at = (...minutes: number[]) => minutes.map((minute) => START + minute * MINUTE);
  assert.throws(() => refuseCoarser(at(0, 2, 4, 6, 8), grid), /every 2m, asked for 1m; shorten/);
  refuseCoarser(at(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), grid);
  refuseCoarser(at(0, 4), grid);
  refuseCoarser(at(0, 2, 8), grid);
  refuseCoarser(at(0, 3, 4), grid);
  refuseCoarser([], grid);
});
