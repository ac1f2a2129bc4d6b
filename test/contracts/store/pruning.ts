import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '../../../src/store/store.ts';
import {
  T0,
  claimed,
  newAnalysis,
  newDelivery,
  newExecution,
  settlementOf,
} from '../../support/stored-analysis.ts';

/** Long before anything the other promises store, so that pruning meets only these rows. */
const LONG_AGO = T0 - 1e10;

export function pruningPromises(store: () => Store): void {
  it('prunes ended analyses, longest ended first, with all that belongs to them', async () => {
    const { analyses, executions, deliveries } = store();
    const old = await ended(store(), LONG_AGO, 'delivered');
    const older = await ended(store(), LONG_AGO - 1, 'delivered');
    const live = await claimed(store());
    assert.equal(await analyses.prune(LONG_AGO - 1, 10), 0);
    assert.equal(await analyses.prune(LONG_AGO + 1, 1), 1);
    assert.equal(await analyses.get(older.id), undefined);
    assert.notEqual(await analyses.get(old.id), undefined);
    assert.equal(await analyses.prune(LONG_AGO + 1, 10), 1);
    assert.equal(await analyses.get(old.id), undefined);
    assert.deepEqual(await analyses.executions(old.id), []);
    assert.equal(await analyses.verdict(old.executionId), undefined);
    assert.deepEqual(await deliveries.byAnalysis(old.id), []);
    assert.equal(await deliveries.get(old.deliveryId), undefined);
    assert.deepEqual(await analyses.list({ limit: 10, labels: { pruned: 'yes' } }), []);
    assert.equal(await executions.claimableAt(live.execution.id), T0 + 1000);
    const reused = newAnalysis({}, { key: old.key, requestHash: 'h' });
    const answer = await analyses.create(reused, newExecution(reused.id), []);
    assert.deepEqual(answer, { created: true });
  });

  it('tells when the newest ended, and how many there are', async () => {
    const { analyses } = store();
    const count = await analyses.count();
    await ended(store(), LONG_AGO - 2, 'delivered');
    const latest = Math.max((await analyses.newestEndedAt()) ?? 0, T0) + 5;
    const newest = await claimed(store());
    await store().executions.settle(settlementOf(newest, { endedAt: latest }));
    await claimed(store());
    assert.equal(await analyses.newestEndedAt(), latest);
    assert.equal(await analyses.count(), count + 3);
    assert.equal(await analyses.prune(LONG_AGO + 1, 10), 1);
  });

  it('keeps an analysis whose receiver has not been told yet', async () => {
    const { id } = await ended(store(), LONG_AGO, 'pending');
    assert.equal(await store().analyses.prune(LONG_AGO + 1, 10), 0);
    assert.notEqual(await store().analyses.get(id), undefined);
  });
}

async function ended(store: Store, endedAt: number, delivery: 'delivered' | 'pending') {
  const key = `key-${Math.abs(endedAt)}-${delivery}`;
  const side = { tags: {}, startAt: T0, stepMs: 1000, values: [1], attributes: {} };
  const inlineSeries = { errors: { baseline: [side], canary: [side] } };
  const labels = delivery === 'delivered' ? { pruned: 'yes' } : {};
  const analysis = newAnalysis({ labels, inlineSeries }, { key, requestHash: 'h' });
  const first = newExecution(analysis.id);
  await store.analyses.create(analysis, first, []);
  const claim = await store.executions.claim(first.id, T0, 1000);
  const told = newDelivery(analysis.id);
  await store.executions.settle(settlementOf(claim!, { endedAt, deliveries: [told] }));
  if (delivery === 'delivered') {
    const attempt = { deliveryId: told.id, number: 1, startedAt: T0, durationMs: 1, status: 200 };
    await store.deliveries.claim(told.id, T0, 1000);
    await store.deliveries.record(attempt, { state: 'delivered' });
  }
  return { id: analysis.id, executionId: first.id, deliveryId: told.id, key };
}
