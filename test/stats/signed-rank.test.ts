import { test } from 'node:test';

import { createSignedRank } from '../../src/stats/signed-rank.ts';
import { assertClose, fromNulls, readVectors } from '../support/vectors.ts';

const { signed_rank, ar_mixture } = readVectors<{
  signed_rank: { stream: string; logE: Record<string, number> }[];
  ar_mixture: { streams: Record<string, (number | null)[]> };
}>('sequential');

for (const { stream, logE } of signed_rank) {
  test(`the signed-rank e-process of ${stream} agrees with the reference`, () => {
    const process = createSignedRank();
    fromNulls(ar_mixture.streams[stream]!).forEach((value, i) => {
      process.observe(value);
      const expected = logE[i + 1];
      if (expected === undefined) return;
      assertClose(process.logEvidence().either, expected, 1e-8, `at ${i + 1}`);
    });
  });
}

test('mirrored differences swap the sides', () => {
  const [left, right] = [createSignedRank(), createSignedRank()];
  for (const value of [0.3, -0.2, 1.5, 0, NaN, 0.7]) {
    left.observe(value);
    right.observe(-value);
  }
  assertClose(left.logEvidence().increase, right.logEvidence().decrease, 1e-14, 'sides');
});
