import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseSeeded } from '../../../src/analysis/learn/choose-seeded.ts';

test('chooses so many different items, the same each time, and changes nothing', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(250), (size, count) => {
      const items = Array.from({ length: size }, (_, i) => i);
      const chosen = chooseSeeded(items, count);
      assert.equal(chosen.length, Math.min(size, count));
      assert.equal(new Set(chosen).size, chosen.length);
      assert.deepEqual(chooseSeeded(items, count), chosen);
      assert.deepEqual(
        items,
        Array.from({ length: size }, (_, i) => i),
      );
    }),
  );
});

test('favours neither end', () => {
  const items = Array.from({ length: 1000 }, (_, i) => i);
  const mean = chooseSeeded(items, 200).reduce((sum, item) => sum + item, 0) / 200;
  assert.ok(mean > 430 && mean < 570, String(mean));
});
