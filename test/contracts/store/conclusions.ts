import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '../../../src/store/store.ts';
import { T0, claimed, newExecution, settlementOf, stored } from '../../support/stored-analysis.ts';

const NOW = T0 + 500;
const conclusion = {
  at: NOW,
  by: 'ops',
  intervalFor: ({ index }: { index: number }) => ({ index, startAt: 1, endAt: 2, dueAt: NOW }),
};

export function conclusionPromises(store: () => Store): void {
  it('lets the look of a concluded analysis begin, and remembers who asked first', async () => {
    const { id, executionId } = await stored(store());
    const { analyses, executions } = store();
    assert.equal(await analyses.conclude(id, conclusion), true);
    assert.equal(await analyses.conclude(id, { ...conclusion, by: 'late' }), false);
    assert.deepEqual((await analyses.get(id))?.concluded, { at: NOW, by: 'ops' });
    assert.equal(await executions.claimableAt(executionId), NOW);
    const claim = await executions.claim(executionId, NOW, 1000);
    assert.deepEqual(claim?.analysis.concluded, { at: NOW, by: 'ops' });
    const { startAt, endAt, dueAt } = claim.execution;
    assert.deepEqual([startAt, endAt, dueAt], [1, 2, NOW]);
  });

  it('leaves the look alone that is being judged, and lets no other follow it', async () => {
    const claim = await claimed(store());
    const { analyses, executions } = store();
    const before = await executions.claimableAt(claim.execution.id);
    assert.equal(await analyses.conclude(claim.analysis.id, conclusion), true);
    assert.equal(await executions.claimableAt(claim.execution.id), before);
    const [look] = await analyses.executions(claim.analysis.id);
    assert.equal(look?.endAt, claim.execution.endAt);
    const next = { execution: newExecution(claim.analysis.id, 2) };
    assert.equal(await executions.settle(settlementOf(claim, { next })), false);
    assert.equal((await analyses.get(claim.analysis.id))?.state, 'running');
    assert.equal(await executions.settle(settlementOf(claim)), true);
    assert.equal((await analyses.get(claim.analysis.id))?.state, 'completed');
  });

  it('concludes nothing that has ended, or that nobody knows', async () => {
    const claim = await claimed(store());
    await store().executions.settle(settlementOf(claim));
    for (const id of [claim.analysis.id, 'unknown'])
      assert.equal(await store().analyses.conclude(id, conclusion), false);
    assert.equal((await store().analyses.get(claim.analysis.id))?.concluded, undefined);
  });
}
