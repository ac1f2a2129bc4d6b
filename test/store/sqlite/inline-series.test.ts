import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql, type Kysely } from 'kysely';
import { encodeDocument } from '../../../src/model/document.ts';
import { storeSeriesOnce } from '../../../src/store/migrations/0024-series-once.ts';
import type { Schema } from '../../../src/store/schema.ts';
import { openSqliteDatabase } from '../../../src/store/sqlite/sqlite-database.ts';
import { createSqlStore } from '../../../src/store/sql-store.ts';
import { claimed, settlementOf, stored, T0 } from '../../support/stored-analysis.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const side = { tags: {}, startAt: T0, stepMs: 1000, values: [1, Number.NaN], attributes: {} };
const inlineSeries = { errors: { baseline: [side], canary: [side] } };
const failure = { code: 'judge-crashed', message: 'it died', retryable: true } as const;

test('series that came with a request are kept until a result has them', async () => {
  using directory = temporaryDirectory();
  const { db } = await openSqliteDatabase(directory.path);
  const store = createSqlStore(db);
  const [judged, failed] = [
    await claimed(store, { inlineSeries }),
    await claimed(store, { inlineSeries }),
  ];
  assert.deepEqual(await kept(db), [judged.analysis.id, failed.analysis.id].sort());
  await store.executions.settle(settlementOf(judged));
  const end = { state: 'failed' as const, failure };
  const next = { analysis: { ...end, reason: 'it died' } };
  await store.executions.settle(settlementOf(failed, { end, next }));
  assert.deepEqual(await kept(db), [failed.analysis.id]);
  await store.analyses.delete(failed.analysis.id);
  assert.deepEqual(await kept(db), []);
  await db.destroy();
});

test('those that an earlier version kept as text are moved, but for what is judged', async () => {
  using directory = temporaryDirectory();
  const { db } = await openSqliteDatabase(directory.path);
  const store = createSqlStore(db);
  const live = [];
  for (let count = 0; count < 12; count += 1) live.push(await stored(store));
  const judged = await claimed(store);
  await store.executions.settle(settlementOf(judged));
  await asBefore(db, [...live.map(({ id }) => id), judged.analysis.id]);
  await storeSeriesOnce(db);
  await db.destroy();

  const reopened = await openSqliteDatabase(directory.path);
  const again = createSqlStore(reopened.db, { hasty: reopened.hasty });
  assert.deepEqual(await kept(reopened.db), live.map(({ id }) => id).sort());
  const claim = await again.executions.claim(live[11]!.executionId, T0, 1000);
  assert.deepEqual(claim?.analysis.snapshot.inlineSeries, inlineSeries);
  await again.close();
});

async function kept(db: Kysely<Schema>): Promise<string[]> {
  const rows = await db.selectFrom('inline_series').select('analysis_id').execute();
  return rows.map(({ analysis_id }) => analysis_id).sort();
}

/** As the version before left it. */
async function asBefore(db: Kysely<Schema>, ids: string[]): Promise<void> {
  await sql`drop table inline_series`.execute(db);
  await sql`create table analysis_series (analysis_id text primary key references analyses (id), document text)`.execute(
    db,
  );
  for (const id of ids)
    await sql`insert into analysis_series values (${id}, ${encodeDocument(inlineSeries)})`.execute(
      db,
    );
}
