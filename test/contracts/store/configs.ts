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

  it('keeps who stored which version, and never gives a number twice', async () => {
    const { configs } = store();
    await configs.create('kept', { a: 1 }, 10, 'ann');
    await configs.replace('kept', { a: 2 }, 20, { by: 'bob', ifVersion: 1 });
    assert.equal(await configs.replace('kept', { a: 3 }, 30, { ifVersion: 1 }), undefined);
    assert.equal(await configs.delete('kept'), true);
    assert.equal(await configs.create('kept', { a: 4 }, 40), true);
    assert.equal((await configs.get('kept'))?.version, 3);
    assert.deepEqual(await configs.versions('kept', { limit: 10 }), [
      { version: 3, document: { a: 4 }, createdAt: 40 },
      { version: 2, document: { a: 2 }, createdAt: 20, by: 'bob' },
      { version: 1, document: { a: 1 }, createdAt: 10, by: 'ann' },
    ]);
    const [second] = await configs.versions('kept', { limit: 1, before: 3 });
    assert.equal(second?.version, 2);
    for (let at = 41; at <= 241; at += 1) await configs.replace('kept', { at }, at);
    const kept = await configs.versions('kept', { limit: 1000 });
    assert.deepEqual([kept.length, kept[0]?.version, kept.at(-1)?.version], [200, 204, 5]);
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
