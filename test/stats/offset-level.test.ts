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
