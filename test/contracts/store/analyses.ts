import assert from 'node:assert/strict';
import { it } from 'node:test';
import { decodePairs, encodeResult } from '../../../src/model/encoded-result.ts';
import type { Claim, Store } from '../../../src/store/store.ts';
import {
  RESULT,
  T0,
  claimed,
  newAnalysis,
  newDelivery,
  newExecution,
  resultOf,
  settlementOf,
  stored,
} from '../../support/stored-analysis.ts';

export function analysisPromises(store: () => Store): void {
  creating(store);
  listing(store);
  learning(store);
  cancelling(store);
}

function creating(store: () => Store): void {
  it('keeps an analysis as it was submitted, and its inline series with their gaps for who judges it', async () => {
    const side = { tags: {}, startAt: T0, stepMs: 1000, values: [1, Number.NaN], attributes: {} };
    const labels = { team: 'shop' };
    const inlineSeries = { errors: { baseline: [side], canary: [side] } };
    const analysis = { ...newAnalysis({ labels, inlineSeries }), sequence: 1 };
    const first = newExecution(analysis.id);
    const delivery = newDelivery(analysis.id);
    const answer = await store().analyses.create(analysis, first, [delivery]);
    assert.deepEqual(answer, { created: true });
    const shown = { ...analysis, state: 'queued' as const };
    shown.snapshot = { ...analysis.snapshot, inlineSeries: {} };
    assert.deepEqual(await store().analyses.get(analysis.id), shown);
    assert.deepEqual(await store().analyses.executions(analysis.id), [
      { ...first, state: 'queued', attempt: 0 },
    ]);
    assert.deepEqual(await store().deliveries.byAnalysis(analysis.id), [
      { delivery: { ...delivery, state: 'pending', attempts: 0, attemptsBefore: 0 }, attempts: [] },
    ]);
    assert.equal(await store().analyses.get('unknown'), undefined);
    assert.equal(await resultOf(store(), first.id), undefined);
    const claim = await store().executions.claim(first.id, first.dueAt, 1000);
    assert.deepEqual(claim?.analysis.snapshot, analysis.snapshot);
  });

  it('keeps one that was judged before it came as ended, and no worker gets it', async () => {
    const analysis = newAnalysis({}, { key: 'judged-key', requestHash: 'hash' });
    const first = newExecution(analysis.id);
    const judged = settlementOf({ execution: { id: first.id, attempt: 1 } } as Claim);
    const { create, get } = store().analyses;
    assert.deepEqual(await create(analysis, first, [], judged), { created: true });
    assert.equal((await get(analysis.id))?.state, 'completed');
    assert.deepEqual(await resultOf(store(), first.id), RESULT);
    assert.equal(await store().executions.claim(first.id, T0 + 5000, 1000), undefined);
    const again = newAnalysis({}, { key: 'judged-key', requestHash: 'hash' });
    const answer = await create(again, newExecution(again.id), [], judged);
    assert.deepEqual(answer, { created: false, id: analysis.id, requestHash: 'hash' });
    const other = newAnalysis();
    const broken = { ...judged, executionId: 'of-no-look' };
    await assert.rejects(create(other, newExecution(other.id), [], broken));
    assert.equal(await get(other.id), undefined);
  });

  it('stores nothing when a part cannot be stored', async () => {
    const analysis = newAnalysis({ labels: { team: 'rollback' } });
    const orphan = newDelivery('an-analysis-that-does-not-exist');
    const first = newExecution(analysis.id);
    await assert.rejects(store().analyses.create(analysis, first, [orphan]));
    assert.equal(await store().analyses.get(analysis.id), undefined);
    assert.equal(await store().executions.claimableAt(first.id), undefined);
    assert.equal(await store().executions.claim(first.id, T0, 1000), undefined);
  });

  it('finds an analysis by the key that made it', async () => {
    const analysis = newAnalysis({}, { key: 'known-key', requestHash: 'hash' });
    await store().analyses.create(analysis, newExecution(analysis.id), []);
    const found = await store().analyses.byIdempotencyKey('known-key');
    assert.deepEqual(found, { id: analysis.id, requestHash: 'hash' });
    assert.equal(await store().analyses.byIdempotencyKey('other-key'), undefined);
  });

  it('creates one analysis for one idempotency key, however many ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const analysis = newAnalysis({}, { key: 'same-key', requestHash: `hash-${index}` });
        const answer = await store().analyses.create(analysis, newExecution(analysis.id), []);
        return { asked: analysis, answer };
      }),
    );
    const winners = answers.filter(({ answer }) => answer.created);
    assert.equal(winners.length, 1);
    const { asked } = winners[0]!;
    for (const { answer } of answers) {
      if (answer.created) continue;
      assert.deepEqual(answer, {
        created: false,
        id: asked.id,
        requestHash: asked.idempotency?.requestHash,
      });
    }
  });
}

function listing(store: () => Store): void {
  it('lists newest first, page by page, without inline series', async () => {
    const config = 'listed-by-page';
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const side = { tags: {}, startAt: T0, stepMs: 1000, values: [1], attributes: {} };
      const inlineSeries = { errors: { baseline: [side], canary: [side] } };
      ids.unshift((await stored(store(), { configName: config, inlineSeries })).id);
    }
    ids.sort().reverse();
    const first = await store().analyses.list({ limit: 2, config });
    const rest = await store().analyses.list({ limit: 10, config, before: first[1]!.id });
    assert.deepEqual(
      [...first, ...rest].map((analysis) => analysis.id),
      ids,
    );
    assert.deepEqual([first[0]?.configName, first[0]?.labels], [config, {}]);
  });

  it('filters by state, verdict, config and all labels', async () => {
    const labels = { team: 'search', ring: '1' };
    const claim = await claimed(store(), { configName: 'filtered', labels });
    await store().executions.settle(settlementOf(claim));
    const other = await stored(store(), { configName: 'filtered', labels: { team: 'search' } });
    const list = async (filter: object): Promise<string[]> => {
      const found = await store().analyses.list({ limit: 10, ...filter });
      return found.map((analysis) => analysis.id);
    };
    const { id } = claim.analysis;
    assert.deepEqual(await list({ config: 'filtered', verdict: 'pass' }), [id]);
    assert.deepEqual(await list({ config: 'filtered', verdict: 'fail' }), []);
    assert.deepEqual(await list({ config: 'filtered', state: 'queued' }), [other.id]);
    assert.deepEqual(await list({ labels: { team: 'search' } }), [other.id, id].sort().reverse());
    assert.deepEqual(await list({ labels }), [id]);
    assert.deepEqual((await store().analyses.list({ limit: 1, labels }))[0]?.labels, labels);
    assert.deepEqual(await list({ labels: { team: 'search', ring: '2' } }), []);
    assert.deepEqual(
      await list({ labels: { team: 'search' }, before: id < other.id ? other.id : id }),
      [id < other.id ? id : other.id],
    );
  });

  it('lists live analyses oldest first, and forgets ended ones', async () => {
    const ended = await claimed(store());
    const running = await claimed(store());
    await store().executions.settle(settlementOf(ended));
    const ids = (await store().analyses.live({ limit: 1000 })).map((analysis) => analysis.id);
    assert.deepEqual(ids, ids.toSorted());
    assert.ok(ids.includes(running.analysis.id));
    assert.ok(!ids.includes(ended.analysis.id));
    const after = await store().analyses.live({ limit: 1, after: ids.at(-2)! });
    assert.deepEqual(
      after.map((analysis) => analysis.id),
      [ids.at(-1)],
    );
  });
}

function learning(store: () => Store): void {
  it('tells the last results of earlier analyses of a config that passed, newest first', async () => {
    const passing = async (configName: string) => {
      const { id, executionId } = await stored(store(), { configName });
      const claim = await store().executions.claim(executionId, T0, 1000);
      assert.ok(claim);
      await store().executions.settle(settlementOf(claim));
      return id;
    };
    const [first, second] = [await passing('learned'), await passing('learned')];
    await passing('another');
    const live = await stored(store(), { configName: 'learned' });
    const filter = { config: 'learned', before: live.id, limit: 5 };
    const healthy = await store().analyses.healthy(filter);
    assert.deepEqual(
      healthy.map(({ analysisId }) => analysisId),
      [second, first],
    );
    assert.deepEqual(decodePairs(healthy[0]!.series).pairs, RESULT.pairs);
    const earlier = await store().analyses.healthy({ ...filter, before: second });
    assert.deepEqual(
      earlier.map(({ analysisId }) => analysisId),
      [first],
    );
    assert.equal((await store().analyses.healthy({ ...filter, limit: 1 })).length, 1);
  });

  it('tells the last results of the named analyses that are completed, in the order asked', async () => {
    const settled = async (verdict: 'pass' | 'fail') => {
      const claim = await claimed(store(), { configName: `named ${verdict}` });
      const end = { state: 'completed', verdict, score: 50, reason: 'so' } as const;
      const settlement = { end: { ...end, result: encodeResult(RESULT) }, next: { analysis: end } };
      await store().executions.settle(settlementOf(claim, settlement));
      return claim.analysis.id;
    };
    const [passed, failed] = [await settled('pass'), await settled('fail')];
    const running = (await claimed(store())).analysis.id;
    const { id: cancelled } = await stored(store());
    await store().analyses.cancel(cancelled, T0, 'stopped by hand', 1, []);
    const named = [failed, 'unknown', running, cancelled, passed];
    const found = await store().analyses.completed(named);
    assert.deepEqual(
      found.map(({ analysisId }) => analysisId),
      [failed, passed],
    );
    assert.deepEqual(decodePairs(found[0]!.series).pairs, RESULT.pairs);
    assert.deepEqual(await store().analyses.completed([]), []);
  });
}

function cancelling(store: () => Store): void {
  it('cancels a live analysis with its executions once, and tells it', async () => {
    const { analysis, execution } = await claimed(store());
    const delivery = newDelivery(analysis.id, 3);
    const { analyses, executions, deliveries } = store();
    assert.equal(
      await analyses.cancel(analysis.id, T0 + 5, 'stopped by hand', 3, [delivery]),
      true,
    );
    const after = await analyses.get(analysis.id);
    assert.deepEqual(after, {
      ...analysis,
      state: 'cancelled',
      endedAt: T0 + 5,
      reason: 'stopped by hand',
      sequence: 3,
    });
    assert.equal((await analyses.executions(analysis.id))[0]?.state, 'cancelled');
    assert.equal(await executions.claimableAt(execution.id), undefined);
    assert.equal(await executions.claim(execution.id, T0 + 1e9, 1000), undefined);
    assert.equal((await deliveries.byAnalysis(analysis.id)).length, 1);
    assert.equal(await analyses.cancel(analysis.id, T0 + 6, 'again', 4, []), false);
    assert.deepEqual(await analyses.get(analysis.id), after);
  });

  it('refuses the settlement of a cancelled analysis, and the cancelling of a settled one', async () => {
    const cancelled = await claimed(store());
    await store().analyses.cancel(cancelled.analysis.id, T0, 'stopped', 1, []);
    assert.equal(await store().executions.settle(settlementOf(cancelled)), false);
    assert.equal(await resultOf(store(), cancelled.execution.id), undefined);
    const settled = await claimed(store());
    await store().executions.settle(settlementOf(settled));
    assert.equal(await store().analyses.cancel(settled.analysis.id, T0, 'late', 1, []), false);
    assert.equal((await store().analyses.get(settled.analysis.id))?.state, 'completed');
  });
}
