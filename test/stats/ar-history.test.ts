import assert from 'node:assert/strict';
import { test } from 'node:test';

import { learnRegimes } from '../../src/stats/ar-history.ts';
import { logSumExp } from '../../src/stats/log-sum-exp.ts';
import { AR_MODELS } from '../../src/stats/noise-models.ts';
import { assertClose } from '../support/vectors.ts';

const models = AR_MODELS.auto;
const wave = Array.from({ length: 60 }, (_, i) => Math.sin(i / 8));
const jumpy = Array.from({ length: 60 }, (_, i) => Math.sin(i * i));

test('too little history and history that never moves teach nothing', () => {
  for (const segments of [[], [[1, 2, 3]], [wave.map(() => 2)], [[NaN, NaN]]]) {
    const regimes = learnRegimes(models, segments);
    assert.deepEqual(
      regimes.map(({ samples }) => samples),
      [0],
    );
  }
});

test('the regimes share the prior 90 to 10', () => {
  const [same, changed] = learnRegimes(models, [jumpy]);
  assertClose(logSumExp(same!.logWeights), Math.log(0.9), 1e-12, 'same regime');
  assertClose(logSumExp(changed!.logWeights), Math.log(0.1), 1e-12, 'changed regime');
  assert.equal(same!.samples, 0.25 * 59);
});

test('a wandering history moves the weight to autocorrelated models, a jumpy one to white noise', () => {
  assert.ok(whiteNoiseWeight(wave) < Math.log(0.01));
  assert.ok(whiteNoiseWeight(jumpy) > Math.log(0.5));
});

test('a shift between segments is not noise: each has its own mean', () => {
  const apart = learnRegimes(models, [jumpy, jumpy.map((value) => value + 100)]);
  const together = learnRegimes(models, [jumpy, jumpy]);
  assertClose(apart[0]!.squares[0]!, together[0]!.squares[0]!, 1e-8, 'squares');
});

function whiteNoiseWeight(segment: number[]): number {
  return learnRegimes(models, [segment])[0]!.logWeights[0]!;
}
