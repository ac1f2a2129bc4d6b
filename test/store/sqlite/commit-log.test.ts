import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createCommitLog, type Commit, type Sync } from '../../../src/store/sqlite/commit-log.ts';
import { openSqliteDatabase } from '../../../src/store/sqlite/sqlite-database.ts';
import { createSqlStore } from '../../../src/store/sql-store.ts';
import { until } from '../../support/poll.ts';
import { newAnalysis, newExecution, stored } from '../../support/stored-analysis.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** Whether it resolves within a few turns of the event loop. */
async function resolves(promise: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  void promise.then(() => (isDone = true));
  for (let turns = 0; turns < 5; turns += 1) await turn();
  return isDone;
}

const atOnce: Commit = async (ended) => ended();

test('callers that come while a sync runs share the next one', async () => {
  const syncs: PromiseWithResolvers<void>[] = [];
  const log = createCommitLog(() => {
    syncs.push(Promise.withResolvers());
    return syncs.at(-1)!.promise;
  }, atOnce);
  log.wrote();
  const first = log.durable();
  const later = Array.from({ length: 8 }, () => {
    log.wrote();
    return log.durable();
  });
  await turn();
  assert.equal(syncs.length, 1);
  syncs[0]!.resolve();
  await first;
  assert.equal(await resolves(Promise.race(later)), false, 'the first sync began before them');
  assert.equal(syncs.length, 2);
  syncs[1]!.resolve();
  await Promise.all(later);
  await log.durable();
  assert.equal(syncs.length, 2, 'nothing new was written');
});

test('after a sync that failed nothing is acknowledged any more', async () => {
  let fails = true;
  const log = createCommitLog(async () => {
    if (fails) throw new Error('EIO: i/o error, fdatasync');
  }, atOnce);
  log.wrote();
  const fault = {
    code: 'store-unavailable',
    message:
      'the store could not bring its last writes to the disk: EIO: i/o error, fdatasync; check the disk, then start the service anew',
  };
  await assert.rejects(log.durable(), fault);
  fails = false;
  log.wrote();
  await assert.rejects(log.durable(), fault);
});

/** A store whose syncs are held, once told, until they are let go; each then really syncs. */
async function heldStore(context: TestContext) {
  const directory = temporaryDirectory();
  let gate: PromiseWithResolvers<void> | undefined;
  const around = (sync: Sync) => async () => {
    await gate?.promise;
    await sync();
  };
  const { db, hasty, isGathering } = await openSqliteDatabase(directory.path, around);
  const store = createSqlStore(db, { hasty });
  context.after(async () => {
    gate?.resolve();
    await store.close();
    directory[Symbol.dispose]();
  });
  const hold = () => void (gate = Promise.withResolvers());
  return { store, hold, release: () => gate?.resolve(), isGathering };
}

test('a write is acknowledged, and shown to others, only once it is on the disk', async (context) => {
  const { store, hold, release } = await heldStore(context);
  hold();
  const analysis = newAnalysis();
  const created = store.analyses.create(analysis, newExecution(analysis.id), []);
  const read = store.analyses.get(analysis.id);
  assert.equal(await resolves(Promise.race([created, read])), false);
  release();
  assert.deepEqual(await created, { created: true });
  assert.equal((await read)?.id, analysis.id);
});

test('a claim does not wait for the disk', async (context) => {
  const { store, hold } = await heldStore(context);
  const { executionId } = await stored(store);
  hold();
  const claim = await store.executions.claim(executionId, Number.MAX_SAFE_INTEGER - 1e6, 1);
  assert.equal(claim?.execution.attempt, 1);
});

test('what is written while a sync runs is committed together, and a claim soon', async (context) => {
  const { store, hold, release, isGathering } = await heldStore(context);
  hold();
  const [one, two, three] = [newAnalysis(), newAnalysis(), newAnalysis()];
  const create = (analysis: typeof one) =>
    store.analyses.create(analysis, newExecution(analysis.id), []);
  const first = create(one);
  await resolves(first);
  assert.equal(isGathering(), false, 'the first has nobody to wait for');
  const others = Promise.all([create(two), create(three)]);
  await resolves(others);
  assert.equal(isGathering(), true);
  release();
  await Promise.all([first, others]);
  assert.equal(isGathering(), false);
  await store.executions.report('nobody', 1, { name: 'judge' });
  assert.equal(isGathering(), true);
  await until('the report is committed', () => !isGathering());
});

test('one caller that fails undoes nothing of the others in its group', async (context) => {
  const { store, hold, release } = await heldStore(context);
  hold();
  const [one, two] = [newAnalysis(), newAnalysis()];
  const first = store.analyses.create(one, newExecution(one.id), []);
  await resolves(first);
  const second = store.analyses.create(two, newExecution(two.id), []);
  const again = store.analyses.create(one, newExecution(one.id), []);
  const third = store.configs.create('checkout', {}, 1);
  await resolves(Promise.allSettled([second, again, third]));
  release();
  await assert.rejects(again);
  await Promise.all([first, second, third]);
  assert.equal((await store.analyses.get(two.id))?.id, two.id);
});
