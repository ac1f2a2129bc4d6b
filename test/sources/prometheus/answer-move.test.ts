import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moveOf } from '../../../src/sources/prometheus/answer-move.ts';
import { bench, fetchSeries, matrix } from '../../support/prometheus-bench.ts';

const GRID = { startAt: 1_000_037_000, stepMs: 60_000, count: 4 };
const one = (...instants: number[]) => [
  { tags: {}, points: instants.map((at): [number, number] => [GRID.startAt + at, 1]) },
];

for (const [what, instants, move] of [
  ['an answer on the grid', [0, 60_000, 180_000], 0],
  ['an empty answer', [], 0],
  ['a millisecond of rounding', [1, 59_999], 0],
  ['a window rounded down to a multiple of the step', [-17_000, 43_000], -17_000],
  ['one instant that is a multiple of the step', [43_000], -17_000],
  ['one instant that is none', [43_005], 0],
  ['a window moved by more than half a step', [-50_000, 10_000, 130_000], -50_000],
  ['a window moved forwards', [50_000, 110_000, 230_000], 50_000],
  ['a window moved by a little, where both ways fit', [65_000, 125_000], 5000],
  ['instants that differ from the grid by different amounts', [5000, 62_000], 0],
] as const) {
  test(`${what} is moved by ${move} ms`, () => {
    assert.equal(moveOf(one(...instants), GRID), move);
  });
}

/** What REQUEST asks for (1000 s to 1180 s), rounded down to multiples of 60 s. */
const MOVED = matrix([
  [
    [960, '1'],
    [1020, '2'],
    [1140, '4'],
  ],
]);

test('a server that moves windows is asked past its cache, from then on', async (t) => {
  const { source, server } = await bench(t, ({ body }) =>
    new URLSearchParams(body).has('nocache') ? matrix([[[1000, '5']]]) : MOVED,
  );
  for (const _ of [1, 2]) {
    const { series, remarks } = await fetchSeries(source);
    assert.deepEqual(series[0]?.values, [5, NaN, NaN, NaN]);
    assert.deepEqual(remarks, []);
  }
  const asked = server.requests.map(({ body }) => new URLSearchParams(body).get('nocache'));
  assert.deepEqual(asked, [null, '1', '1']);
});

test('a server that moves every window is understood, and the move is told', async (t) => {
  const { source } = await bench(t, () => MOVED);
  const { series, remarks } = await fetchSeries(source);
  assert.deepEqual(series[0]?.values, [1, 2, NaN, 4]);
  assert.deepEqual(remarks, [
    {
      kind: 'info',
      text: 'the server moved the window by -40 s, less than one step, whatever was asked',
    },
  ]);
});

test('an answer that is off by a step or more is still refused', async (t) => {
  const { source } = await bench(t, () => matrix([[[900, '1']]]));
  await assert.rejects(fetchSeries(source), {
    code: 'source-answer',
    message: /outside the window/,
  });
});
