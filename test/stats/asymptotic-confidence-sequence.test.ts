import { test } from 'node:test';

import {
  asymptoticEvidence,
  asymptoticHalfWidth,
  asymptoticTuning,
} from '../../src/stats/asymptotic-confidence-sequence.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  alpha: number;
  twoSided: boolean;
  tuning: number;
  rho: number;
  n: number;
  standardError: number;
  estimate: number;
  halfwidth: number;
  p: number | null;
}
const { asymptotic_cs: cases } = readVectors<{ asymptotic_cs: Case[] }>('sequential');

test('tuning, half width and p agree with the reference', () => {
  for (const { alpha, twoSided, tuning, rho, n, standardError, estimate, halfwidth, p } of cases) {
    const tails = twoSided ? 'two' : 'one';
    assertClose(asymptoticTuning(alpha, tuning, tails), rho, 1e-14, 'tuning');
    const half = asymptoticHalfWidth(standardError, n, { tuning: rho, alpha, tails });
    assertClose(half / halfwidth, 1, 1e-12, 'half width');
    if (p === null) continue;
    const logE = asymptoticEvidence(estimate / standardError, n, rho);
    assertClose(Math.min(1, Math.exp(-logE)), p, 1e-12, 'p');
  }
});
