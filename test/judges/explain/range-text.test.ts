import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ratioText } from '../../../src/judges/explain/number-text.ts';
import { ratioRangeText } from '../../../src/judges/explain/range-text.ts';

test('only the ends of an interval that say something are told', () => {
  const told = (estimate: number, lower: number, upper: number) =>
    ratioRangeText({ estimate, lower, upper }, ratioText);
  assert.equal(told(1.3, 1.2, 1.4), '1.2 to 1.4');
  assert.equal(told(2, 1.9999, 2.0001), '2');
  assert.equal(told(1.3, 1.2, 8.5e11), 'at least 1.2');
  assert.equal(told(1.3, 1e-10, 1.4), 'at most 1.4');
  assert.equal(told(1.3, 0, Infinity), undefined);
  assert.equal(told(1.3, NaN, NaN), undefined);
});
