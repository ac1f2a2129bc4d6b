import assert from 'node:assert/strict';
import { test } from 'node:test';

import { offsetLevel, type SegmentKind } from '../../src/stats/offset-level.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  q: number;
  X: number[];
  m: number[];
  kinds: SegmentKind[];
  M: number;
  v0: number;
  Q: number;
  lambda_: number;
}
const { level: cases } = readVectors<{ level: Case[] }>('run-offset');

test('the offset expected from earlier segments agrees with the reference', () => {
  for (const { q, X, m, kinds, M, v0, Q, lambda_ } of cases) {
    const segments = kinds.map((kind, i) => ({ kind, mean: m[i]!, information: X[i]! }));
    const level = offsetLevel(q, segments, { isCentred: true });
    assertClose(level.expected, M, 1e-12, 'expected');
    assertClose(level.variance, v0, 1e-12, 'variance');
    assertClose(level.squares, Q, 1e-12, 'squares');
    assertClose(level.logScale, lambda_, 1e-12, 'scale');
  }
});

test('a long pre-period says what the offset is, runs only how large offsets are', () => {
  const segment = (kind: SegmentKind) => ({ kind, mean: 0.2, information: 1e6 });
  const before = offsetLevel(0.01, [segment('pre')], { isCentred: true });
  assertClose(before.expected, 0.2, 0.01, 'before');
  assert.ok(before.variance < 0.001);
  const runs = offsetLevel(0.01, [segment('run'), segment('run')], { isCentred: true });
  assert.ok(runs.variance > 0.01);
});

test('a segment of noise says nothing of the level', () => {
  const noise = { kind: 'noise' as const, mean: 5, information: 100 };
  const nothing = { expected: 0, variance: 0.5, squares: 0, logScale: 0 };
  assert.deepEqual(offsetLevel(0.5, [noise], { isCentred: false }), nothing);
});

test('a spread too small to have an inverse is no offset at all', () => {
  const segments = [
    { kind: 'run' as const, mean: 2, information: 9 },
    { kind: 'pre' as const, mean: 1, information: 4 },
  ];
  const none = offsetLevel(0, segments, { isCentred: true });
  for (const spread of [5e-324, 1e-310, 1e-250, 1e-190]) {
    const level = offsetLevel(spread, segments, { isCentred: true });
    assertClose(level.expected, none.expected, 1e-9, `expected at ${spread}`);
    assertClose(level.squares, none.squares, 1e-9, `squares at ${spread}`);
    assertClose(level.variance, none.variance, 1e-9, `variance at ${spread}`);
  }
});
