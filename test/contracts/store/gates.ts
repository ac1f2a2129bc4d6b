import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '../../../src/store/store.ts';
import { T0, claimed, settlementOf, stored } from '../../support/stored-analysis.ts';

export function gatePromises(store: () => Store): void {
  const add = async (gate: string, key: string, attempt: number, subject = key) => {
    const { id: analysisId } = await stored(store());
    const begun = { gate, key, attempt, subject, analysisId };
    await store().gates.add(begun, T0 + attempt);
    return begun;
  };

  it('answers the newest attempt of a key, and keeps gates and keys apart', async () => {
    const { gates } = store();
    const first = await add('argo', 'run-1', 1);
    assert.deepEqual(await gates.newest('run-1', 'argo'), first);
    assert.equal(await gates.newest('run-1', 'ci'), undefined);
    assert.equal(await gates.newest('run', 'argo'), undefined);
    const second = await add('argo', 'run-1', 2);
    assert.deepEqual(await gates.newest('run-1', 'argo'), second);
    const other = await add('argo', 'run-2', 1);
    assert.deepEqual(await gates.newest('run-2'), other);
  });

  it('answers the newest of all gates where none is named', async () => {
    const older = await add('argo', 'shared', 1);
    await new Promise((resolve) => setTimeout(resolve, 2)); // ids sort by the millisecond
    const newer = await add('ci', 'shared', 1);
    const found = await store().gates.newest('shared');
    assert.deepEqual([found, found?.analysisId === older.analysisId], [newer, false]);
  });

  it('lets a new attempt end the others of its subject, and one that is known end none', async () => {
    const { gates } = store();
    const old = await add('flagger', 'shop/cart/1', 1, 'shop/cart');
    const elsewhere = await add('flagger', 'shop/basket/1', 1, 'shop/basket');
    const next = await add('flagger', 'shop/cart/2', 1, 'shop/cart');
    assert.equal((await gates.newest('shop/cart/1', 'flagger'))?.expiresAt, T0 + 1);
    assert.deepEqual(await gates.newest('shop/basket/1', 'flagger'), elsewhere);
    await gates.add(old, T0 + 5);
    assert.deepEqual(await gates.newest('shop/cart/2', 'flagger'), next);
  });

  it('expires an attempt once', async () => {
    const { gates } = store();
    const { analysisId } = await add('argo', 'ends', 1);
    await gates.expire(analysisId, T0 + 300);
    await gates.expire(analysisId, T0 + 900);
    assert.equal((await gates.newest('ends', 'argo'))?.expiresAt, T0 + 300);
  });

  it('forgets an attempt with its analysis', async () => {
    const { gates, analyses, executions } = store();
    const claim = await claimed(store());
    const { id: analysisId } = claim.analysis;
    await gates.add({ gate: 'ci', key: 'gone', attempt: 1, subject: 'gone', analysisId }, T0);
    await executions.settle(settlementOf(claim));
    assert.equal(await analyses.delete(analysisId), true);
    assert.equal(await gates.newest('gone', 'ci'), undefined);
  });
}
