import assert from 'node:assert/strict';
import { test } from 'node:test';

import { incompleteBeta } from '../../src/stats/incomplete-beta.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

type Case = { args: [number, number, number]; value: number };
const { pbeta } = readVectors<{ pbeta: Case[] }>('special');

test('incompleteBeta agrees with R', () => {
  for (const { args, value } of pbeta) {
    assertClose(incompleteBeta(...args), value, 1e-12, `pbeta(${args.join()})`);
  }
});

test('outside the unit interval all the mass is on one side', () => {
  assert.deepEqual(
    [-1, 0, 1, 2].map((x) => incompleteBeta(x, 2, 3)),
    [0, 0, 1, 1],
  );
});
