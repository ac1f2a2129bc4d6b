import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '../../../src/store/store.ts';
import {
  T0,
  claimed,
  newAnalysis,
  newExecution,
  settlementOf,
  stored,
} from '../../support/stored-analysis.ts';

export function executionPromises(store: () => Store): void {
  it('answers an execution with its analysis', async () => {
    const { id, executionId } = await stored(store(), { labels: { application: 'one' } });
    const found = await store().executions.get(executionId);
    assert.deepEqual([found?.execution.id, found?.analysis.id], [executionId, id]);
    assert.deepEqual(found?.analysis.snapshot.labels, { application: 'one' });
    assert.equal(await store().executions.get('unknown'), undefined);
  });

  it('lists executions of a label newest first, page by page, by state', async () => {
    const labels = { application: 'listed' };
    const { execution: ended } = await claimedAndSettled(store(), labels);
    const { execution: running } = await claimed(store(), { labels });
    const list = async (filter: object) => {
      const found = await store().executions.list({ limit: 10, offset: 0, labels, ...filter });
      return found.map(({ execution }) => execution.id);
    };
    const newestFirst = [ended.id, running.id].sort().toReversed();
    assert.deepEqual(await list({}), newestFirst);
    assert.deepEqual(await list({ limit: 1, offset: 1 }), newestFirst.slice(1));
    assert.deepEqual(await list({ states: ['running'] }), [running.id]);
    assert.deepEqual(await list({ states: [] }), []);
    assert.deepEqual(await list({ labels: { application: 'other' } }), []);
  });

  it('does not list what waits for its time, but what is due at once', async () => {
    const labels = { application: 'waiting' };
    for (const dueAt of [T0, 0]) {
      const analysis = newAnalysis({ labels });
      await store().analyses.create(analysis, newExecution(analysis.id, 1, dueAt), []);
    }
    const found = await store().executions.list({ limit: 10, offset: 0, labels });
    assert.deepEqual(
      found.map(({ execution }) => execution.dueAt),
      [0],
    );
  });

  it('hides an execution that has ended, once; its analysis keeps it with its result', async () => {
    const labels = { application: 'removed' };
    const { executions, analyses } = store();
    const live = await claimed(store(), { labels });
    assert.equal(await executions.remove(live.execution.id, T0), false);
    const { execution, analysis } = await claimedAndSettled(store(), labels);
    assert.equal(await executions.remove(execution.id, T0), true);
    assert.equal(await executions.remove(execution.id, T0), false);
    assert.equal(await executions.remove('unknown', T0), false);
    assert.equal(await executions.get(execution.id), undefined);
    const listed = await executions.list({ limit: 10, offset: 0, labels });
    assert.deepEqual(
      listed.map((claim) => claim.execution.id),
      [live.execution.id],
    );
    const kept = await analyses.executions(analysis.id);
    assert.deepEqual(
      kept.map(({ id, state }) => [id, state]),
      [[execution.id, 'completed']],
    );
    assert.notEqual(await analyses.verdict(execution.id), undefined);
    assert.equal(await analyses.delete(analysis.id), true);
  });

  it('deletes an analysis only once it has ended, with its executions', async () => {
    const live = await stored(store());
    assert.equal(await store().analyses.delete(live.id), false);
    const { execution, analysis } = await claimedAndSettled(store(), {});
    assert.equal(await store().analyses.delete(analysis.id), true);
    assert.equal(await store().executions.get(execution.id), undefined);
    assert.equal(await store().analyses.delete(analysis.id), false);
  });
}

async function claimedAndSettled(store: Store, labels: Record<string, string>) {
  const claim = await claimed(store, { labels });
  await store.executions.settle(settlementOf(claim));
  return claim;
}
