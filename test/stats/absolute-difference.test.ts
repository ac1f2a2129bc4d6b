import { test } from 'node:test';

import { absoluteLogDifference } from '../../src/stats/absolute-difference.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

const { absolute } = readVectors<{
  absolute: { canary: number; baseline: number; a: number; side: 1 | -1; d: number }[];
}>('data-rules');

test('the difference beyond a smallest amount is that of the reference', () => {
  for (const { canary, baseline, a, side, d } of absolute) {
    const move = side > 0 ? 'increase' : 'decrease';
    assertClose(absoluteLogDifference({ canary, baseline }, a, move), d, 1e-12, move);
  }
});
