import { test } from 'node:test';

import { mixturePrecision } from '../../src/stats/mixture-tuning.ts';
import { normalMixtureBound } from '../../src/stats/normal-mixture.ts';
import { assertClose } from '../support/vectors.ts';

test('a one-sided mixture is tuned as a two-sided one at twice the alpha', () => {
  const tightAt = 100;
  const oneSided = mixturePrecision({ tightAt, alpha: 0.05 }, 'one-sided');
  assertClose(oneSided, mixturePrecision({ tightAt, alpha: 0.1 }, 'two-sided'), 1e-12, 'rho');
});

test('no other tuning makes the bound at the chosen time much smaller', () => {
  const boundTunedFor = (tightAt: number) =>
    normalMixtureBound(100, 0.05, { tuning: { tightAt, alpha: 0.05 }, sides: 'two-sided' });
  const chosen = boundTunedFor(100);
  const best = Math.min(...[25, 50, 80, 90, 95, 105, 110, 125, 200, 400].map(boundTunedFor));
  assertClose(Math.min(best, chosen) / chosen, 1, 1e-3, 'the least bound over the chosen one');
});
