import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findOutlyingInstances, weighInstanceSpread } from '../../src/stats/instance-spread.ts';
import { OFFSET_SIZES } from '../../src/stats/offset-sizes.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

const { instances, outliers } = readVectors<{
  instances: {
    canary: number[];
    baseline: number[];
    noiseVar: number;
    logWeights: number[] | null;
  }[];
  outliers: { levels: number[]; found: { index: number; ratio: number }[] }[];
}>('data-rules');

test('the spread between instances weighs offsets like the reference', () => {
  for (const { canary, baseline, noiseVar, logWeights } of instances) {
    const options = { sizes: OFFSET_SIZES, noiseVariance: noiseVar };
    const weights = weighInstanceSpread(canary, baseline, options);
    assert.equal(weights?.length, logWeights?.length);
    logWeights?.forEach((expected, i) => {
      assertClose(weights![i]!, expected, 1e-9 * Math.max(1, Math.abs(expected)), `size ${i}`);
    });
  }
});

test('a canary that is worse as a whole does not widen the spread', () => {
  const [canary, baseline] = [
    [0.1, -0.1, 0.02],
    [0, 0.1, -0.05],
  ];
  const options = { sizes: OFFSET_SIZES, noiseVariance: 0.001 };
  const weights = weighInstanceSpread(canary, baseline, options)!;
  const worse = weighInstanceSpread(
    canary.map((level) => level + 1),
    baseline,
    options,
  )!;
  worse.forEach((weight, i) => assertClose(weight, weights[i]!, 1e-9, `size ${i}`));
});

test('outlying instances are those of the reference', () => {
  for (const { levels, found } of outliers) {
    const own = findOutlyingInstances(levels);
    assert.deepEqual(
      own.map(({ index }) => index),
      found.map(({ index }) => index),
    );
    own.forEach(({ ratio }, i) => assertClose(ratio, found[i]!.ratio, 1e-9 * ratio, 'ratio'));
  }
});

test('the sizes of offsets sum to one', () => {
  assertClose(
    OFFSET_SIZES.reduce((sum, { weight }) => sum + weight, 0),
    1,
    1e-15,
    'weight',
  );
});
