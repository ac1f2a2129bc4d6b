import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Rejudgement } from '../../../src/model/rejudgement.ts';
import type { Store } from '../../../src/store/store.ts';
import { RESULT, T0, claimed, settlementOf, stored } from '../../support/stored-analysis.ts';

export function rejudgementPromises(store: () => Store): void {
  it('keeps further judgements of an analysis, oldest first, and deletes them with it', async () => {
    const claim = await claimed(store());
    await store().executions.settle(settlementOf(claim));
    const analysisId = claim.analysis.id;
    const { rejudgements, analyses } = store();
    const made = (id: string, more: Partial<Rejudgement> = {}): Rejudgement => ({
      id: `${analysisId}-${id}`,
      analysisId,
      createdAt: T0,
      configName: 'other',
      judge: RESULT.judgement.judge,
      verdict: 'pass',
      score: Number.NaN,
      reason: 'so',
      judgement: RESULT.judgement,
      ...more,
    });
    const [first, second] = [made('1'), made('2', { by: 'ops', configVersion: 3, score: 5 })];
    for (const one of [second, first]) assert.equal(await rejudgements.add(one), true);
    assert.deepEqual(await rejudgements.get(analysisId, second.id), second);
    const { judgement: _large, ...summary } = first;
    assert.deepEqual((await rejudgements.list(analysisId))[0], summary);
    const other = await stored(store());
    assert.equal(await rejudgements.get(other.id, first.id), undefined);
    assert.equal(await analyses.delete(analysisId), true);
    assert.deepEqual(await rejudgements.list(analysisId), []);
    assert.equal(await rejudgements.add(made('3')), false);
  });
}
