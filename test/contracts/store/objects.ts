import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '../../../src/store/store.ts';

export function kayentaObjectPromises(store: () => Store): void {
  const config = (id: string, names: string[], document: unknown = {}, at = 10) => ({
    id,
    names,
    document,
    at,
  });

  it('stores an object of a kind once, and keeps kinds apart', async () => {
    const { objects } = store();
    const first = config('once', [], { values: [1, Number.NaN] });
    assert.equal(await objects.create('metric-set-list', first), 'written');
    assert.equal(await objects.create('metric-set-list', config('once', [])), 'exists');
    assert.deepEqual(await objects.get('metric-set-list', 'once'), {
      id: 'once',
      document: { values: [1, Number.NaN] },
      createdAt: 10,
      updatedAt: 10,
    });
    assert.equal(await objects.get('archived-result', 'once'), undefined);
  });

  it('replaces only what is there', async () => {
    const { objects } = store();
    assert.equal(await objects.replace('archived-result', config('ghost', [])), 'unknown');
    assert.equal(await objects.get('archived-result', 'ghost'), undefined);
    await objects.create('archived-result', config('real', []));
    assert.equal(
      await objects.replace('archived-result', config('real', [], { a: 1 }, 20)),
      'written',
    );
    const replaced = await objects.get('archived-result', 'real');
    assert.deepEqual([replaced?.document, replaced?.updatedAt], [{ a: 1 }, 20]);
  });

  it('gives a name to one object only, also in a race, and leaves nothing of the losers', async () => {
    const { objects } = store();
    const writes = await Promise.all(
      ['race-a', 'race-b', 'race-c'].map((id) =>
        objects.create('canary-config', config(id, [`own-${id}`, 'shared'])),
      ),
    );
    assert.deepEqual(writes.sort(), ['name-taken', 'name-taken', 'written']);
    const stored = (await objects.list('canary-config')).filter(({ id }) => id.startsWith('race'));
    assert.equal(stored.length, 1);
    assert.equal(await objects.create('metric-set-list', config('other', ['shared'])), 'written');
  });

  it('frees the names of what is renamed or deleted', async () => {
    const { objects } = store();
    await objects.create('canary-config', config('free-1', ['old']));
    assert.equal(
      await objects.replace('canary-config', config('free-1', ['new', 'new'])),
      'written',
    );
    assert.equal(await objects.create('canary-config', config('free-2', ['old'])), 'written');
    assert.equal(
      await objects.replace('canary-config', config('free-2', ['new'], { lost: true })),
      'name-taken',
    );
    assert.deepEqual((await objects.get('canary-config', 'free-2'))?.document, {});
    assert.equal(await objects.delete('canary-config', 'free-1'), true);
    assert.equal(await objects.delete('canary-config', 'free-1'), false);
    assert.equal(await objects.replace('canary-config', config('free-2', ['new'])), 'written');
  });
}
