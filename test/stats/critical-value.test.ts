import assert from 'node:assert/strict';
import { test } from 'node:test';

import { criticalValue } from '../../src/stats/critical-value.ts';

test("the value for 0.98 is commons-math's to the bit, not R's", () => {
  assert.equal(criticalValue(0.98), 2.326347874040841);
  assert.notEqual(criticalValue(0.98), 2.3263478740408408);
});

test('other levels agree with tables', () => {
  for (const [level, expected] of [
    [0.5, 0.674489750196082],
    [0.9, 1.644853626951473],
    [0.95, 1.959963984540054],
    [0.99, 2.575829303548901],
  ] as const) {
    assert.ok(Math.abs(criticalValue(level) - expected) < 1e-14, String(level));
  }
});

test('refuses what the polynomial does not cover', () => {
  for (const level of [0, -0.1, 0.9999, 1, 1.5, Number.NaN]) {
    assert.throws(() => criticalValue(level), RangeError, String(level));
  }
});
