import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Fault } from '../../../src/errors.ts';
import { resolveOptions, SEQUENTIAL_DEFAULTS } from '../../../src/judges/sequential/options.ts';

test('defaults fill what is not given', () => {
  assert.deepEqual(resolveOptions({}), SEQUENTIAL_DEFAULTS);
  assert.equal(resolveOptions({ alpha: 0.01 }).alpha, 0.01);
});

test('an option that makes no sense is named', () => {
  for (const [name, value] of [
    ['alpha', 0],
    ['alphaPass', 1],
    ['margin', 1],
    ['restartEvery', -1],
    ['minRunMs', NaN],
  ] as const) {
    assert.throws(
      () => resolveOptions({ [name]: value }),
      (thrown) => thrown instanceof Fault && thrown.message.includes(`"${name}"`),
    );
  }
});
