import { test } from 'node:test';

import { goldenSection } from '../../src/stats/golden-section.ts';
import { assertClose } from '../support/vectors.ts';

test('the lowest point of a valley is found, also at an end', () => {
  assertClose(
    goldenSection((x) => (x - 0.3) ** 2, -1, 4),
    0.3,
    1e-7,
    'inside',
  );
  assertClose(
    goldenSection((x) => x, 2, 4),
    2,
    1e-7,
    'at the end',
  );
});

test('infinite ends are hills', () => {
  const valley = (x: number) => (x <= 1 || x >= 3 ? Infinity : 1 / (x - 1) + 1 / (3 - x));
  assertClose(goldenSection(valley, 1, 3), 2, 1e-7, 'the middle');
});
