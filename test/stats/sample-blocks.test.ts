import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSampleBlocks, stepsPerBlock } from '../../src/stats/sample-blocks.ts';
import { assertClose, fromNulls, readVectors } from '../support/vectors.ts';

type Values = (number | null)[];
const { held } = readVectors<{
  held: {
    name: string;
    canary: Values;
    baseline: Values;
    accepted: number[];
    blockMeans3: { canary: Values; baseline: Values };
  }[];
}>('data-rules');

function blocksOf(
  canary: readonly number[],
  baseline: readonly number[],
  options: { steps: number; offset?: number; combine?: 'mean' | 'sum'; observed?: number[] },
) {
  const { steps, offset = 0, combine = 'mean', observed } = options;
  const blocks = createSampleBlocks({ steps, offset, combine });
  return canary.flatMap((value, i) => {
    const sample = {
      canary: value,
      baseline: baseline[i]!,
      canaryExposure: 10,
      baselineExposure: 20,
    };
    return blocks.observe(sample, observed?.includes(i) ?? true) ?? [];
  });
}

for (const { name, accepted, blockMeans3, ...sides } of held) {
  test(`blocks of three, ${name}: the means of the reference`, () => {
    const [canary, baseline] = [fromNulls(sides.canary), fromNulls(sides.baseline)];
    const blocks = blocksOf(canary, baseline, { steps: 3, observed: accepted });
    assert.equal(blocks.length, blockMeans3.canary.length);
    blocks.forEach((block, i) => {
      const [x, y] = [blockMeans3.canary[i] ?? NaN, blockMeans3.baseline[i] ?? NaN];
      assert.equal(Number.isNaN(block.canary), Number.isNaN(x + y));
      if (Number.isNaN(block.canary)) return;
      assertClose(block.canary, x, 1e-9 * Math.abs(x), `canary ${i}`);
      assertClose(block.baseline, y, 1e-9 * Math.abs(y), `baseline ${i}`);
    });
  });
}

test('half a minute makes a block', () => {
  assert.deepEqual(
    [1000, 10_000, 15_000, 20_000, 30_000, 60_000].map(stepsPerBlock),
    [30, 3, 2, 2, 1, 1],
  );
});

test('counts and their exposures are added, also those that are no observations', () => {
  const sums = blocksOf([1, 2, NaN, 4], [0, 0, 5, 1], { steps: 4, combine: 'sum', observed: [0] });
  assert.deepEqual(sums, [{ canary: 7, baseline: 1, canaryExposure: 30, baselineExposure: 60 }]);
});

test('blocks begin with the clock, not with the run', () => {
  const means = blocksOf([1, 2, 3, 4, 5], [1, 1, 1, 1, 1], { steps: 3, offset: 1 });
  assert.deepEqual(
    means.map(({ canary }) => canary),
    [1.5, 4],
  );
  // one step of three is too little
  const late = blocksOf([1, 2, 3, 4], [1, 1, 1, 1], { steps: 3, offset: 2 });
  assert.deepEqual(
    late.map(({ canary }) => canary),
    [NaN, 3],
  );
});
