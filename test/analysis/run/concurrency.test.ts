import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mapConcurrently } from '../../../src/analysis/run/concurrency.ts';

test('answers come in the order of the items, and never more than the limit run at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (items, limit) => {
        let running = 0;
        const results = await mapConcurrently(items, limit, async (ticks) => {
          running += 1;
          assert.ok(running <= limit);
          for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
          running -= 1;
          return ticks * 2;
        });
        assert.deepEqual(
          results,
          items.map((item) => item * 2),
        );
      },
    ),
  );
});

test('the first failure ends it, and what has not begun is left out', async () => {
  const begun: number[] = [];
  const work = (item: number) => {
    begun.push(item);
    return item === 2 ? Promise.reject(new Error('no')) : Promise.resolve(item);
  };
  await assert.rejects(mapConcurrently([1, 2, 3, 4, 5], 1, work), /no/);
  assert.deepEqual(begun, [1, 2]);
});
