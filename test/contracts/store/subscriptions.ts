import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ulid } from 'ulid';
import type { SubscriptionTerms } from '../../../src/model/receiver/subscription.ts';
import type { NewDelivery } from '../../../src/store/deliveries/delivery-port.ts';
import type { Store } from '../../../src/store/store.ts';
import { newAnalysis, newDelivery, newExecution, T0 } from '../../support/stored-analysis.ts';

const TERMS: SubscriptionTerms = {
  url: 'https://receiver.example/hook',
  format: 'standard',
  secrets: ['default', 'next'],
  events: ['analysis.completed'],
  filter: { labels: { ['__proto__']: 'kept' } },
};
const PLENTY = 1000;

export function subscriptionPromises(store: () => Store): void {
  it('keeps subscriptions as they were made, and no more than it may', async () => {
    const { subscriptions } = store();
    const [a, b] = [`sub_${ulid()}`, `sub_${ulid()}`].toSorted();
    assert.equal(await subscriptions.create(b!, TERMS, T0, PLENTY), true);
    assert.equal(await subscriptions.create(a!, TERMS, T0, PLENTY), true);
    assert.equal(await subscriptions.create('sub_z', TERMS, T0, 2), false);
    assert.deepEqual(await subscriptions.get(a!), {
      id: a,
      terms: TERMS,
      createdAt: T0,
      updatedAt: T0,
    });
    const ids = (await subscriptions.list()).map(({ id }) => id);
    assert.deepEqual(ids, ids.toSorted());
    assert.equal(await subscriptions.replace(a!, { ...TERMS, secrets: [] }, T0 + 1), true);
    assert.deepEqual((await subscriptions.get(a!))?.terms.secrets, []);
    assert.equal((await subscriptions.get(a!))?.updatedAt, T0 + 1);
    assert.equal(await subscriptions.replace('nobody', TERMS, T0), false);
    assert.equal(await subscriptions.delete(a!), true);
    assert.equal(await subscriptions.delete(a!), false);
    assert.equal(await subscriptions.get(a!), undefined);
  });

  it('keeps the first reason, ends what waits, and sends that again when it is told to', async () => {
    const { subscriptions, deliveries } = store();
    const id = `sub_${ulid()}`;
    const [waiting, other] = await outboxed(store(), [{ subscriptionId: id }, {}]);
    await subscriptions.disable(id, { at: T0, reason: 'gone' });
    await subscriptions.disable(id, { at: T0 + 5, reason: 'something else' });
    assert.deepEqual(await subscriptions.disabled(id), { at: T0, reason: 'gone' });
    assert.deepEqual((await subscriptions.allDisabled()).get(id), { at: T0, reason: 'gone' });
    assert.equal((await deliveries.get(waiting!.id))?.state, 'dead');
    assert.equal((await deliveries.get(other!.id))?.state, 'pending');
    assert.equal(await deliveries.claim(waiting!.id, T0 + 1e9, 1000), undefined);
    await subscriptions.enable(id);
    assert.equal(await subscriptions.disabled(id), undefined);
    assert.equal(await deliveries.redeliver(waiting!.id, T0 + 10), true);
    assert.equal((await deliveries.claim(waiting!.id, T0 + 10, 1000))?.attempts, 1);
  });

  it('begins the schedule of a delivery anew, but not under the hands of who sends it', async () => {
    const { deliveries } = store();
    const [{ id }] = (await outboxed(store(), [{}])) as [NewDelivery];
    await deliveries.claim(id, T0, 1000);
    assert.equal(await deliveries.redeliver(id, T0 + 1), false);
    const attempt = { deliveryId: id, number: 1, startedAt: T0, durationMs: 1, error: 'no' };
    await deliveries.record(attempt, { state: 'pending', nextAttemptAt: T0 + 5000 });
    assert.equal(await deliveries.redeliver(id, T0 + 100), true);
    const again = await deliveries.claim(id, T0 + 100, 1000);
    assert.deepEqual([again?.attempts, again?.attemptsBefore], [2, 1]);
    assert.equal(await deliveries.redeliver('nobody', T0), false);
  });

  it('lists the deliveries of a subscription, newest first, with their attempts', async () => {
    const { deliveries } = store();
    const subscriptionId = `sub_${ulid()}`;
    const made = await outboxed(store(), [
      { subscriptionId },
      { subscriptionId, isHeld: true },
      { subscriptionId },
      { subscriptionId: `sub_${ulid()}` },
    ]);
    const own = made.slice(0, 3).map(({ id }) => id);
    await deliveries.claim(own[0]!, T0, 1000);
    const attempt = { deliveryId: own[0]!, number: 1, startedAt: T0, durationMs: 1, status: 200 };
    await deliveries.record(attempt, { state: 'delivered' });
    const newestFirst = own.toSorted().toReversed();
    const all = await deliveries.list({ subscriptionId, limit: 10 });
    assert.deepEqual(
      all.map(({ delivery }) => delivery.id),
      newestFirst,
    );
    assert.deepEqual(all.find(({ delivery }) => delivery.id === own[0])?.attempts, [attempt]);
    assert.deepEqual((await deliveries.detail(own[0]!))?.attempts, [attempt]);
    const page = { subscriptionId, limit: 1, before: newestFirst[0]! };
    assert.equal((await deliveries.list(page))[0]?.delivery.id, newestFirst[1]);
    const { analysisId } = made[0]!;
    const ofAnalysis = await deliveries.list({ analysisId, limit: 10 });
    assert.ok(ofAnalysis.every(({ delivery }) => delivery.analysisId === analysisId));
    assert.ok(ofAnalysis.length > 0);
    const dead = await deliveries.list({ subscriptionId, limit: 10, state: 'dead' });
    assert.deepEqual(
      dead.map(({ delivery, attempts }) => [delivery.id, attempts]),
      [[own[1], []]],
    );
    assert.equal(await deliveries.hasSucceededSince(subscriptionId, T0), true);
    assert.equal(await deliveries.hasSucceededSince(subscriptionId, T0 + 1), false);
  });

  it('sends a range again: all of it, or where there is too much nothing', async () => {
    const { deliveries } = store();
    const subscriptionId = `sub_${ulid()}`;
    const held = { subscriptionId, isHeld: true };
    const made = await outboxed(store(), [
      { ...held, createdAt: T0 },
      { ...held, createdAt: T0 + 1 },
      { ...held, createdAt: T0 + 2 },
    ]);
    const range = { subscriptionId, since: T0, until: T0 + 2, states: ['dead' as const], limit: 1 };
    assert.equal(await deliveries.redeliverRange(range, T0 + 10), 'too-many');
    const states = () => Promise.all(made.map(async ({ id }) => (await deliveries.get(id))?.state));
    assert.deepEqual(await states(), ['dead', 'dead', 'dead']);
    const ids = await deliveries.redeliverRange({ ...range, limit: 2 }, T0 + 10);
    assert.ok(ids !== 'too-many');
    assert.deepEqual(ids.toSorted(), [made[0]!.id, made[1]!.id].toSorted());
    assert.deepEqual(await states(), ['pending', 'pending', 'dead']);
    await deliveries.end(made[0]!.id);
    assert.deepEqual(await states(), ['dead', 'pending', 'dead']);
  });
}

async function outboxed(store: Store, changes: Partial<NewDelivery>[]): Promise<NewDelivery[]> {
  const analysis = newAnalysis();
  const deliveries = changes.map((change) => ({ ...newDelivery(analysis.id), ...change }));
  await store.analyses.create(analysis, newExecution(analysis.id), deliveries);
  return deliveries;
}
