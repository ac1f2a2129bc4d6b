import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  AR_MODELS,
  COUNT_EFFECT_SIZES,
  COUNT_MODELS,
  EFFECT_SIZES,
  longRunFactor,
} from '../../src/stats/noise-models.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

type Rows = Record<string, number>[];
const presets = readVectors<{
  ar: Record<string, Rows>;
  counts: Record<string, Rows>;
  phi: Rows;
  psi: Rows;
}>('presets');
const { wandering } = readVectors<{ wandering: Rows }>('run-offset');

function assertSameRows(actual: readonly object[], expected: Rows, label: string): void {
  assert.equal(actual.length, expected.length, label);
  expected.forEach((row, i) => {
    for (const [key, value] of Object.entries(row)) {
      assertClose(
        (actual[i] as Record<string, number>)[key]!,
        value,
        1e-15,
        `${label} ${i} ${key}`,
      );
    }
  });
}

test('the AR and count grids are the published presets', () => {
  const ar: Record<string, Rows> = { ...presets.ar, wandering };
  assert.deepEqual(Object.keys(AR_MODELS), Object.keys(ar));
  assert.deepEqual(Object.keys(COUNT_MODELS), Object.keys(presets.counts));
  for (const [name, rows] of Object.entries(AR_MODELS)) {
    assertSameRows(rows, ar[name]!, name);
  }
  for (const [name, rows] of Object.entries(COUNT_MODELS)) {
    assertSameRows(rows, presets.counts[name]!, name);
  }
  assertSameRows(EFFECT_SIZES, presets.phi, 'phi');
  assertSameRows(COUNT_EFFECT_SIZES, presets.psi, 'psi');
});

test('every prior sums to one', () => {
  for (const grid of [...Object.values(AR_MODELS), ...Object.values(COUNT_MODELS)]) {
    const total = grid.reduce((sum: number, { prior }: { prior: number }) => sum + prior, 0);
    assertClose(total, 1, 1e-14, 'prior');
  }
});

test('the long-run factor of AR(0.9) noise is 19, half of it diluted by white noise 10', () => {
  assertClose(longRunFactor({ rho: 0.9, whiteShare: 0, prior: 1 }), 19, 1e-12, 'AR');
  assertClose(longRunFactor({ rho: 0.9, whiteShare: 0.5, prior: 1 }), 10, 1e-12, 'mixed');
});
