import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '../../../src/store/store.ts';

export function configPromises(store: () => Store): void {
  it('creates a config once, and counts the versions of its replacements', async () => {
    const { configs } = store();
    assert.equal(await configs.create('versions', { a: 1 }, 10), true);
    assert.equal(await configs.create('versions', { a: 2 }, 20), false);
    assert.deepEqual(await configs.get('versions'), {
      name: 'versions',
      document: { a: 1 },
      createdAt: 10,
      updatedAt: 10,
      version: 1,
    });
    const second = await configs.replace('versions', { a: Number.NaN }, 30);
    assert.deepEqual(second, {
      name: 'versions',
      document: { a: Number.NaN },
      createdAt: 10,
      updatedAt: 30,
      version: 2,
    });
    assert.deepEqual(await configs.get('versions'), second);
  });

  it('answers undefined for an unknown config, and does not create it by replacing', async () => {
    const { configs } = store();
    assert.equal(await configs.replace('unknown', {}, 1), undefined);
    assert.equal(await configs.get('unknown'), undefined);
    assert.equal(await configs.delete('unknown'), false);
  });

  it('lists configs by name, page by page, without the deleted ones', async () => {
    const { configs } = store();
    for (const name of ['page-c', 'page-a', 'page-d', 'page-b']) await configs.create(name, {}, 1);
    assert.equal(await configs.delete('page-c'), true);
    const first = await configs.list({ limit: 2, after: 'page-' });
    const second = await configs.list({ limit: 2, after: 'page-b' });
    assert.deepEqual(
      first.map((config) => config.name),
      ['page-a', 'page-b'],
    );
    assert.equal(second[0]?.name, 'page-d');
  });
}
