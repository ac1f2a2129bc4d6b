import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '../../../src/store/store.ts';

export function samplePromises(store: () => Store): void {
  it('reads samples of one stream in order, both ends included, none lost', async () => {
    const { samples } = store();
    for (const [at, document] of [
      [30, 'c'],
      [10, 'a'],
      [20, { value: Number.NaN }],
      [20, 'second of its instant'],
      [40, 'd'],
    ] as const) {
      await samples.append('checkout-canary', at, document);
    }
    await samples.append('other', 20, 'other');
    assert.deepEqual(await samples.read('checkout-canary', 10, 30), [
      { at: 10, document: 'a' },
      { at: 20, document: { value: Number.NaN } },
      { at: 20, document: 'second of its instant' },
      { at: 30, document: 'c' },
    ]);
    assert.deepEqual(await samples.read('unknown', 0, 100), []);
  });

  it('prunes samples older than a moment', async () => {
    const { samples } = store();
    await samples.append('pruned', 1, 'old');
    await samples.append('pruned', 5, 'young');
    assert.equal(await samples.prune(5), 1);
    assert.deepEqual(await samples.read('pruned', 0, 10), [{ at: 5, document: 'young' }]);
  });
}
