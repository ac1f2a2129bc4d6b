import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import type { ExecutionProgress } from '../../../src/model/analysis.ts';
import { encodeResult, type EncodedPair } from '../../../src/model/encoded-result.ts';
import type { Claim, Store } from '../../../src/store/store.ts';
import {
  RESULT,
  T0,
  claimed,
  newDelivery,
  newExecution,
  resultOf,
  settlementOf,
  stored,
} from '../../support/stored-analysis.ts';

export function claimPromises(store: () => Store, isShared: boolean): void {
  claiming(store);
  reporting(store);
  settling(store);
  sweeping(store);
  if (isShared) sharing(store);
  else beginningAnew(store);
}

function claiming(store: () => Store): void {
  it('claims a due execution and starts its analysis, once', async () => {
    const { id, executionId } = await stored(store());
    const { executions, analyses } = store();
    assert.equal(await executions.claim(executionId, T0 - 1, 1000), undefined);
    const first = await executions.claim(executionId, T0 + 1, 1000);
    assert.equal(first?.execution.attempt, 1);
    assert.equal(first.execution.state, 'running');
    assert.equal(first.analysis.state, 'running');
    assert.equal(first.analysis.startedAt, T0 + 1);
    assert.equal(await executions.claimableAt(executionId), T0 + 1001);
    assert.ok(((await store().oldestClaimAt()) ?? Infinity) <= T0 + 1);
    assert.equal(await executions.claim(executionId, T0 + 1000, 1000), undefined);
    const second = await executions.claim(executionId, T0 + 1001, 1000);
    assert.equal(second?.execution.attempt, 2);
    assert.equal((await analyses.get(id))?.startedAt, T0 + 1);
    assert.equal(await executions.claim('unknown', T0, 1000), undefined);
    assert.equal(await executions.claimableAt('unknown'), undefined);
  });

  it('has one winner per claim at any moment of any race', async () => {
    const race = fc.record({
      claimants: fc.integer({ min: 2, max: 8 }),
      leaseMs: fc.integer({ min: 1, max: 1000 }),
      rounds: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(race, async ({ claimants, leaseMs, rounds }) => {
        const { executionId } = await stored(store());
        for (let round = 0; round < rounds; round += 1) {
          const now = T0 + round * leaseMs;
          const answers = await Promise.all(
            Array.from({ length: claimants }, () =>
              store().executions.claim(executionId, now, leaseMs),
            ),
          );
          const won = answers.filter((answer) => answer !== undefined);
          assert.deepEqual(
            won.map((claim) => claim.execution.attempt),
            [round + 1],
          );
        }
      }),
      { numRuns: 25 },
    );
  });

  it('gives a claim back for somebody else, but only the newest one', async () => {
    const { execution } = await claimed(store());
    const { executions } = store();
    assert.equal(await executions.release(execution.id, 7), false);
    assert.equal(await executions.release(execution.id, 1), true);
    assert.equal(await executions.release(execution.id, 1), false);
    assert.equal(await executions.claimableAt(execution.id), T0);
    const again = await executions.claim(execution.id, T0, 1000);
    assert.equal(again?.execution.attempt, 2);
  });
}

function reporting(store: () => Store): void {
  const progress: ExecutionProgress = {
    name: 'fetch',
    baseline: ['answered'],
    canary: ['running'],
  };
  const progressOf = async (id: string) => (await store().executions.get(id))?.execution.progress;

  it('shows how far a claim has come, and forgets it with the claim', async () => {
    const { execution, analysis } = await claimed(store());
    const { id } = execution;
    const { executions, analyses } = store();
    assert.equal(await progressOf(id), undefined);
    assert.equal(await executions.report(id, 1, progress), true);
    assert.deepEqual(await progressOf(id), progress);
    assert.deepEqual((await analyses.executions(analysis.id))[0]?.progress, progress);
    assert.equal(await executions.report(id, 1, { name: 'judge' }), true);
    assert.deepEqual(await progressOf(id), { name: 'judge' });
    await executions.release(id, 1);
    assert.equal(await progressOf(id), undefined);
    await executions.claim(id, T0, 1000);
    await executions.report(id, 2, progress);
    assert.equal((await executions.claim(id, T0 + 1000, 1000))?.execution.progress, undefined);
  });

  it('takes no progress of an older claim, nor after the end', async () => {
    const older = await claimed(store());
    const { id } = older.execution;
    const { executions } = store();
    assert.equal(await executions.report('unknown', 1, progress), false);
    const newest = await executions.claim(id, T0 + 1000, 1000);
    assert.equal(await executions.report(id, 1, progress), false);
    assert.equal(await executions.report(id, 2, progress), true);
    await executions.settle(settlementOf(newest!));
    assert.equal(await progressOf(id), undefined, 'a judgement says more');
    assert.equal(await executions.report(id, 2, progress), false);
    assert.equal(await progressOf(id), undefined);
  });

  it('keeps how far a look had come that failed or was cancelled', async () => {
    const failure = { code: 'cancelled', message: 'on request' } as const;
    const next = { analysis: { state: 'failed', reason: 'could not judge', failure } } as const;
    const claims = [await claimed(store()), await claimed(store()), await claimed(store())];
    const [failed, alone, whole] = claims as [Claim, Claim, Claim];
    for (const { execution } of claims) await store().executions.report(execution.id, 1, progress);
    const end = { state: 'failed', failure, progress: { name: 'judge' } } as const;
    await store().executions.settle(settlementOf(failed, { end, next }));
    const cancelled = { state: 'cancelled', failure } as const;
    await store().executions.settle(settlementOf(alone, { end: cancelled, next }));
    await store().analyses.cancel(whole.analysis.id, T0, 'on request', 1, []);
    assert.deepEqual(await progressOf(failed.execution.id), { name: 'judge' });
    assert.deepEqual(await progressOf(alone.execution.id), progress);
    assert.deepEqual(await progressOf(whole.execution.id), progress);
  });
}

function settling(store: () => Store): void {
  it('settles with result, verdict, deliveries and sequence, NaN kept', async () => {
    const claim = await claimed(store());
    const { id } = claim.analysis;
    const verdict = {
      state: 'completed',
      verdict: 'nodata',
      score: Number.NaN,
      reason: 'no data',
    } as const;
    const settlement = settlementOf(claim, {
      end: { ...verdict, result: encodeResult(RESULT) },
      next: { analysis: verdict },
      sequence: 2,
      deliveries: [newDelivery(id, 2)],
    });
    assert.equal(await store().executions.settle(settlement), true);
    const ended = { ...verdict, endedAt: T0 + 1000 };
    assert.deepEqual(await store().analyses.get(id), { ...claim.analysis, ...ended, sequence: 2 });
    assert.deepEqual(await store().analyses.executions(id), [{ ...claim.execution, ...ended }]);
    assert.deepEqual(await resultOf(store(), claim.execution.id), RESULT);
    assert.equal((await store().deliveries.byAnalysis(id)).length, 1);
    assert.equal(await store().executions.claimableAt(claim.execution.id), undefined);
  });

  it('answers judgements of many looks without their series', async () => {
    const judged = [await claimed(store()), await claimed(store())];
    for (const claim of judged) await store().executions.settle(settlementOf(claim));
    const live = await claimed(store());
    const ids = [...judged, live].map(({ execution }) => execution.id);
    const found = await store().analyses.judgements([...ids, 'unknown']);
    assert.deepEqual([...found.keys()].sort(), ids.slice(0, 2).sort());
    for (const judgement of found.values()) assert.deepEqual(judgement, RESULT.judgement);
    assert.equal((await store().analyses.judgements([])).size, 0);
  });

  it('settles a failure without a verdict', async () => {
    const claim = await claimed(store());
    const failure = { code: 'source-unavailable', message: 'source is down' } as const;
    const settlement = settlementOf(claim, {
      end: { state: 'failed', failure },
      next: { analysis: { state: 'failed', reason: 'could not judge', failure } },
    });
    assert.equal(await store().executions.settle(settlement), true);
    const analysis = await store().analyses.get(claim.analysis.id);
    assert.deepEqual(
      { ...analysis },
      {
        ...claim.analysis,
        state: 'failed',
        endedAt: T0 + 1000,
        reason: 'could not judge',
        failure,
        sequence: 1,
      },
    );
  });

  it('settles a look that was cancelled alone as cancelled, though its analysis has failed', async () => {
    const claim = await claimed(store());
    const failure = { code: 'cancelled', message: 'on request' } as const;
    const settlement = settlementOf(claim, {
      end: { state: 'cancelled', failure },
      next: { analysis: { state: 'failed', reason: 'could not judge', failure } },
    });
    assert.equal(await store().executions.settle(settlement), true);
    const ended = await store().executions.get(claim.execution.id);
    assert.deepEqual([ended?.execution.state, ended?.analysis.state], ['cancelled', 'failed']);
    assert.deepEqual(ended?.execution.failure, failure);
  });

  it('keeps only the newest result of looks that contain each other', async () => {
    const claim = await claimed(store());
    const second = newExecution(claim.analysis.id, 2, T0);
    await store().executions.settle(settlementOf(claim, { next: { execution: second } }));
    const again = await store().executions.claim(second.id, T0 + 1, 1000);
    assert.ok(again);
    assert.ok(await resultOf(store(), claim.execution.id));
    assert.equal(await store().executions.settle(settlementOf(again, { supersedes: true })), true);
    assert.equal(await resultOf(store(), claim.execution.id), undefined);
    const { judgements } = store().analyses;
    assert.deepEqual([...(await judgements([claim.execution.id, second.id])).keys()], [second.id]);
    assert.deepEqual(await resultOf(store(), second.id), RESULT);
  });

  it('keeps a result of many megabytes in its order, and reads chosen pairs of it', async () => {
    const claim = await claimed(store());
    await store().executions.settle(settlementOf(claim, { end: largeEnd(40) }));
    const { analyses } = store();
    const places = await analyses.pairs(claim.execution.id);
    assert.deepEqual(
      places,
      largeSeries(40).map(({ pairId, values }) => ({ pairId, values })),
    );
    assert.deepEqual(await analyses.series(claim.execution.id), largeSeries(40));
    const chosen = await analyses.series(claim.execution.id, ['pair-30', 'pair-3', 'unknown']);
    assert.deepEqual(chosen, [largeSeries(40)[3], largeSeries(40)[30]]);
  });

  it('shows no series of a claim that was lost, nor keeps them', async () => {
    const lost = await claimed(store());
    const { id } = lost.execution;
    const winner = await store().executions.claim(id, T0 + 1e6, 1000);
    assert.ok(winner);
    assert.equal(await store().executions.settle(settlementOf(lost, { end: largeEnd(40) })), false);
    assert.deepEqual(await store().analyses.pairs(id), []);
    assert.equal(await store().executions.settle(settlementOf(winner)), true);
    assert.deepEqual(await resultOf(store(), id), RESULT);
  });

  it('goes on with the next execution while the analysis stays live', async () => {
    const claim = await claimed(store());
    const next = newExecution(claim.analysis.id, 2, T0 + 60_000);
    await store().executions.settle(settlementOf(claim, { next: { execution: next } }));
    assert.equal((await store().analyses.get(claim.analysis.id))?.state, 'running');
    assert.equal(await store().executions.claimableAt(next.id), T0 + 60_000);
    const states = (await store().analyses.executions(claim.analysis.id)).map(({ state }) => state);
    assert.deepEqual(states, ['completed', 'queued']);
  });

  it('refuses a second settlement and one of an older claim, and then changes nothing', async () => {
    const claim = await claimed(store());
    const newer = await store().executions.claim(claim.execution.id, T0 + 1000, 1000);
    const { executions } = store();
    assert.equal(await executions.settle(settlementOf(claim, { sequence: 9 })), false);
    assert.equal((await store().analyses.get(claim.analysis.id))?.sequence, 0);
    assert.equal(await executions.settle(settlementOf(newer!)), true);
    assert.equal(await executions.settle(settlementOf(newer!, { sequence: 9 })), false);
    assert.equal((await store().analyses.get(claim.analysis.id))?.sequence, 1);
  });

  it('writes nothing of a settlement that fails half-way', async () => {
    const claim = await claimed(store());
    const before = await store().analyses.get(claim.analysis.id);
    const broken = settlementOf(claim, { deliveries: [newDelivery('no-such-analysis')] });
    await assert.rejects(store().executions.settle(broken));
    assert.deepEqual(await store().analyses.get(claim.analysis.id), before);
    assert.equal(await resultOf(store(), claim.execution.id), undefined);
    assert.equal(await store().executions.settle(settlementOf(claim)), true);
  });
}

function sweeping(store: () => Store): void {
  it('finds what is unfinished and claimable, oldest first, within the limit', async () => {
    const { execution } = await claimed(store());
    const { executionId } = await stored(store());
    const due = await store().unfinished(T0, 1000);
    const ids = due.executions.map((row) => row.id);
    assert.ok(ids.includes(executionId) && !ids.includes(execution.id));
    const later = await store().unfinished(T0 + 1000, 1000);
    const moments = later.executions.map((row) => row.claimableAt);
    assert.deepEqual(
      moments,
      moments.toSorted((left, right) => left - right),
    );
    assert.ok(later.executions.some((row) => row.id === execution.id));
    assert.equal((await store().unfinished(T0, 1)).executions.length, 1);
  });

  it('finds claims whose lease has run out before rows that are merely due', async () => {
    const { execution } = await claimed(store());
    const found = async (lapsedAt: number) =>
      (await store().unfinished(T0 - 1e6, 1000, lapsedAt)).executions.some(
        ({ id }) => id === execution.id,
      );
    assert.equal(await found(T0 + 999), false);
    assert.equal(await found(T0 + 1000), true);
    await store().executions.release(execution.id, 1);
    assert.equal(await found(T0 + 1000), false);
  });
}

function sharing(store: () => Store): void {
  it('leaves the claims of other processes alone at a start', async () => {
    const { execution } = await claimed(store());
    await store().releaseAll();
    assert.equal(await store().executions.claimableAt(execution.id), T0 + 1000);
  });
}

function beginningAnew(store: () => Store): void {
  it('ends the leases of an earlier process', async () => {
    const claim = await claimed(store());
    await store().executions.report(claim.execution.id, 1, { name: 'judge' });
    const delivery = newDelivery(claim.analysis.id);
    const other = await stored(store());
    await store().analyses.cancel(other.id, T0, 'for its delivery', 1, [
      { ...delivery, analysisId: other.id },
    ]);
    await store().deliveries.claim(delivery.id, T0, 1000);
    await store().releaseAll();
    assert.equal(await store().executions.claimableAt(claim.execution.id), T0);
    assert.equal(await store().deliveries.claimableAt(delivery.id), T0);
    const released = await store().executions.get(claim.execution.id);
    assert.equal(released?.execution.progress, undefined);
    const again = await store().executions.claim(claim.execution.id, T0, 1000);
    assert.equal(again?.execution.attempt, 2);
    assert.equal(await store().executions.settle(settlementOf(claim)), false);
    await store().ping();
  });
}

/** Pairs of 100 kB each: more than is written at once. */
function largeSeries(pairs: number): EncodedPair[] {
  return Array.from({ length: pairs }, (_, i) => ({
    pairId: `pair-${i}`,
    values: 1000 + i,
    bytes: new Uint8Array(100_000).fill(i),
  }));
}

function largeEnd(pairs: number) {
  const verdict = { state: 'completed', verdict: 'pass', score: 100, reason: 'fine' } as const;
  return { ...verdict, result: { ...encodeResult(RESULT), series: largeSeries(pairs) } };
}
