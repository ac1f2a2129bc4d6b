import assert from 'node:assert/strict';
import { test } from 'node:test';

import { empiricalProcessBound } from '../../src/stats/empirical-process.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Vectors {
  confseq: {
    functions: {
      empirical_process_lil_bound: { t: number; alpha: number; t_min: number; value: number }[];
    };
  };
}
const { functions } = readVectors<Vectors>('sequential').confseq;

test('the bound of the empirical process agrees with the reference', () => {
  assert.equal(functions.empirical_process_lil_bound.length, 3);
  for (const item of functions.empirical_process_lil_bound) {
    const actual = empiricalProcessBound(item.t, item.alpha, item.t_min);
    assertClose(actual, item.value, 1e-9 * item.value, JSON.stringify(item));
  }
});

test('there is no bound before the first epoch, and a wider one for a smaller alpha', () => {
  assert.equal(empiricalProcessBound(99, 0.05, 100), Infinity);
  const bounds = [0.5, 0.1, 0.01, 1e-6].map((alpha) => empiricalProcessBound(500, alpha, 100));
  assert.deepEqual(
    bounds,
    bounds.toSorted((a, b) => a - b),
  );
  assert.ok(bounds[0]! < bounds[3]!);
});

test('it is wider than the bound for one look, of Dvoretzky, Kiefer and Wolfowitz', () => {
  for (const alpha of [0.1, 0.05, 0.01]) {
    const once = Math.sqrt(Math.log(2 / alpha) / (2 * 400));
    const always = empiricalProcessBound(400, alpha, 100);
    assert.ok(always > once && always < 3 * once, `${once} once, ${always} always`);
  }
});
