import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Delivery } from '../../../src/model/analysis.ts';
import type { Store } from '../../../src/store/store.ts';
import { T0, newAnalysis, newDelivery, newExecution } from '../../support/stored-analysis.ts';

export function deliveryPromises(store: () => Store): void {
  it('claims a pending delivery once per lease', async () => {
    const { id } = await outboxed(store());
    const { deliveries } = store();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => deliveries.claim(id, T0, 1000)),
    );
    assert.deepEqual(
      answers.filter((answer) => answer !== undefined).map((delivery) => delivery.attempts),
      [1],
    );
    assert.equal(await deliveries.claimableAt(id), T0 + 1000);
    assert.equal((await deliveries.claim(id, T0 + 1000, 1000))?.attempts, 2);
    assert.equal(await deliveries.claim('unknown', T0, 1000), undefined);
  });

  it('records attempts until the delivery is delivered, then leaves it alone', async () => {
    const { id, analysisId } = await outboxed(store());
    const { deliveries } = store();
    const failed = { ...attemptOf(id, 1), status: 503, error: 'answered 503', answer: 'busy' };
    await deliveries.claim(id, T0, 1000);
    await deliveries.record(failed, { state: 'pending', nextAttemptAt: T0 + 5000 });
    assert.equal(await deliveries.claimableAt(id), T0 + 5000);
    assert.equal(await deliveries.claim(id, T0 + 4999, 1000), undefined);
    await deliveries.claim(id, T0 + 5000, 1000);
    await deliveries.record(attemptOf(id, 2), { state: 'delivered' });
    const [entry] = await deliveries.byAnalysis(analysisId);
    assert.deepEqual(entry?.attempts, [failed, attemptOf(id, 2)]);
    assert.equal(entry.delivery.state, 'delivered');
    assert.equal(entry.delivery.attempts, 2);
    assert.equal(await deliveries.claimableAt(id), undefined);
    assert.equal(await deliveries.claim(id, T0 + 1e9, 1000), undefined);
  });

  it('lets an attempt of an older claim change the state only by a success', async () => {
    const { id } = await outboxed(store());
    const { deliveries } = store();
    await deliveries.claim(id, T0, 1000);
    await deliveries.claim(id, T0 + 1000, 1000);
    await deliveries.claim(id, T0 + 2000, 1000);
    await deliveries.record(attemptOf(id, 1), { state: 'dead' });
    assert.equal((await deliveries.get(id))?.state, 'pending');
    await deliveries.record(attemptOf(id, 2), { state: 'delivered' });
    await deliveries.record(attemptOf(id, 3), { state: 'dead' });
    assert.equal((await deliveries.get(id))?.state, 'delivered');
  });

  it('gives a claim back without counting it', async () => {
    const { id } = await outboxed(store());
    const { deliveries } = store();
    await deliveries.claim(id, T0, 1000);
    await deliveries.release(id);
    await deliveries.release(id);
    assert.equal((await deliveries.get(id))?.attempts, 0);
    assert.equal((await deliveries.claim(id, T0, 1000))?.attempts, 1);
  });

  it('knows the oldest pending delivery, dead ones left out', async () => {
    const oldest = await outboxed(store(), T0 - 1e9);
    const { deliveries } = store();
    assert.equal(await deliveries.oldestPendingAt(), T0 - 1e9);
    const due = await store().unfinished(T0, 1000);
    assert.ok(due.deliveries.some((row) => row.id === oldest.id));
    await deliveries.claim(oldest.id, T0, 1000);
    await deliveries.record(attemptOf(oldest.id, 1), { state: 'dead' });
    assert.notEqual(await deliveries.oldestPendingAt(), T0 - 1e9);
    const left = await store().unfinished(T0 + 1e9, 1000);
    assert.ok(!left.deliveries.some((row) => row.id === oldest.id));
  });
}

async function outboxed(store: Store, createdAt = T0): Promise<Delivery> {
  const analysis = newAnalysis();
  const delivery = { ...newDelivery(analysis.id), createdAt };
  await store.analyses.create(analysis, newExecution(analysis.id), [delivery]);
  const found = await store.deliveries.get(delivery.id);
  assert.ok(found !== undefined);
  assert.deepEqual(found, { ...delivery, state: 'pending', attempts: 0, attemptsBefore: 0 });
  return found;
}

function attemptOf(deliveryId: string, number: number) {
  return { deliveryId, number, startedAt: T0, durationMs: 12, status: 200 };
}
