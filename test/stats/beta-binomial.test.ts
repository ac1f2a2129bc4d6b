import { test } from 'node:test';

import { betaBinomialEvidence } from '../../src/stats/beta-binomial.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  x: number;
  y: number;
  p0: number;
  side: -1 | 0 | 1;
  logE: number;
}
const { beta_binomial_exact: cases } = readVectors<{ beta_binomial_exact: Case[] }>('sequential');
const SIDES = { '-1': 'decrease', '0': 'either', '1': 'increase' } as const;

test('the beta-binomial e-values agree with the reference', () => {
  for (const { x, y, p0, side, logE } of cases) {
    const evidence = betaBinomialEvidence({ successes: x, failures: y }, p0, 'both');
    assertClose(evidence[SIDES[side]], logE, 1e-8, `${x}:${y} against ${p0}, side ${side}`);
  }
});

test('the next outcome leaves the expected e-value where it is', () => {
  const p0 = 0.2;
  for (const [x, y] of [
    [0, 0],
    [3, 5],
    [40, 90],
  ] as const) {
    for (const side of Object.values(SIDES)) {
      const e = (x: number, y: number) =>
        Math.exp(betaBinomialEvidence({ successes: x, failures: y }, p0, 'both')[side]);
      const next = p0 * e(x + 1, y) + (1 - p0) * e(x, y + 1);
      assertClose(next / e(x, y), 1, 1e-10, `${side} after ${x}:${y}`);
    }
  }
});
