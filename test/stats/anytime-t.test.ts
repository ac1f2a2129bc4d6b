import assert from 'node:assert/strict';
import { test } from 'node:test';

import { anytimeT, anytimeTRadius } from '../../src/stats/anytime-t.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Row {
  phi: number;
  n: number;
  mean: number;
  variance: number;
  t2: number;
  logE: number;
  csLow: number | null;
  csHigh: number | null;
}
const { anytime_t } = readVectors<{ anytime_t: { alpha: number; rows: Row[] } }>('sequential');

test('the anytime-valid t-test agrees with the reference', () => {
  for (const { phi, n, mean, variance, t2, logE, csLow, csHigh } of anytime_t.rows) {
    assertClose(anytimeT(t2, n, phi), logE, 1e-8, `log E at ${n}`);
    const radius = anytimeTRadius(n, phi, anytime_t.alpha) * Math.sqrt(variance / n);
    if (csLow === null || csHigh === null) {
      assert.equal(radius, Infinity);
      continue;
    }
    assertClose(mean - radius, csLow, 1e-7, `lower end at ${n}`);
    assertClose(mean + radius, csHigh, 1e-7, `upper end at ${n}`);
  }
});
