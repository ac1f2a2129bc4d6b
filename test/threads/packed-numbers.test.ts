import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { packNumbers, unpackNumbers } from '../../src/threads/packed-numbers.ts';

/** As a look has them: long lists of objects, and in these long lists of numbers. */
function makeLook() {
  const series = () => ({ tags: { app: 'x' }, values: Array.from({ length: 500 }, Math.random) });
  return {
    metrics: Array.from({ length: 300 }, (_, index) => ({
      name: `m${index}`,
      values: { baseline: [series()], canary: [series()] },
    })),
  };
}

test('long lists of numbers travel as bytes and come back as they were', async () => {
  const look = makeLook();
  const { packed, buffers } = await packNumbers(look);
  assert.equal(buffers.length, 600);
  assert.deepEqual(unpackNumbers(structuredClone(packed, { transfer: buffers })), look);
});

test('lists of numbers stay lists of plain doubles while they are packed, however often that was done', async () => {
  // V8 turned each into a list of objects, of three times the size, once the code was compiled: 250 ms in one turn
  setFlagsFromString('--allow-natives-syntax');
  const isOfDoubles = runInThisContext('(list) => %HasDoubleElements(list)') as (
    list: number[],
  ) => boolean;
  for (let round = 0; round < 12; round += 1) {
    const { metrics } = makeLook();
    await packNumbers({ metrics });
    const lists = metrics.flatMap(({ values }) => [values.baseline, values.canary].flat());
    assert.ok(
      lists.every(({ values }) => isOfDoubles(values)),
      `round ${round}`,
    );
  }
});
