import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filterSegment, learnPrior, type PriorComponent } from '../../src/stats/ar-history.ts';
import { logSumExp } from '../../src/stats/log-sum-exp.ts';
import { AR_MODELS } from '../../src/stats/noise-models.ts';
import { assertClose } from '../support/vectors.ts';

const models = AR_MODELS.auto;
const wave = Array.from({ length: 60 }, (_, i) => Math.sin(i / 8));
const jumpy = Array.from({ length: 60 }, (_, i) => Math.sin(i * i));

test('under three pairs beyond their means segments teach nothing', () => {
  for (const segments of [[], [[1, 2, 3]], [[NaN, NaN]], [[1], [2], [3], [4]]]) {
    const prior = learn(segments);
    assert.equal(prior.length, models.length);
    assert.ok(prior.every(({ samples, offsetVariance }) => samples === 0 && offsetVariance === 0));
  }
});

test('the regimes share the prior 90 to 10', () => {
  const isChanged = ({ samples }: PriorComponent) => samples === 2;
  const prior = learn([jumpy]);
  assertClose(weightOf(prior.filter(isChanged)), 0.1, 1e-12, 'changed regime');
  assertClose(weightOf(prior.filter((one) => !isChanged(one))), 0.9, 1e-12, 'same regime');
});

test('dropping what has no weight leaves nearly all of it', () => {
  const all = learn([jumpy, wave]);
  const kept = learnPrior(models, [
    filterSegment(models, 'run', jumpy),
    filterSegment(models, 'run', wave),
  ]);
  assert.ok(kept.length < all.length);
  assertClose(weightOf(kept), 1, 0.02, 'weight');
});

test('a wandering history moves the weight to autocorrelated models, a jumpy one to white noise', () => {
  const isWhite = ({ model, samples }: PriorComponent) => model === 0 && samples !== 2;
  assert.ok(weightOf(learn([wave]).filter(isWhite)) < 0.01);
  assert.ok(weightOf(learn([jumpy]).filter(isWhite)) > 0.5);
});

test('runs that lie apart speak for a large offset, and are no noise', () => {
  const near = learn([jumpy, jumpy, jumpy]);
  const apart = learn([jumpy, jumpy.map((value) => value + 1), jumpy.map((value) => value - 1)]);
  assert.ok(doubtOf(apart) > 20 * doubtOf(near));
  assertClose(apart[0]!.noiseSquares, near[0]!.noiseSquares, 1e-8, 'noise');
});

test('a history that never moves is known to a thousandth', () => {
  const [first] = learn([wave.map(() => 2)]);
  assertClose(first!.noiseSquares / first!.noiseSamples, 1e-6, 1e-12, 'variance');
});

function learn(segments: number[][]): PriorComponent[] {
  const filtered = segments.map((segment) => filterSegment(models, 'run', segment));
  return learnPrior(models, filtered, { isPruned: false });
}

function weightOf(components: readonly PriorComponent[]): number {
  return Math.exp(logSumExp(components.map(({ logWeight }) => logWeight)));
}

function doubtOf(components: readonly PriorComponent[]): number {
  return components.reduce((sum, one) => sum + Math.exp(one.logWeight) * one.offsetSpread, 0);
}
