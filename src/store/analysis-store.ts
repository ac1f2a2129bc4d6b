import {
  sql,
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type Transaction,
} from 'kysely';
import type { AnalysisSnapshot } from '../model/analysis.ts';
import { encodeDocument } from '../model/document.ts';
import { concludeAnalysis } from './conclude-analysis.ts';
import { writeAhead } from './series/series-store.ts';
import { claim, insertExecution, settle } from './execution-store.ts';
import { prepared } from './prepared.ts';
import { insertDeliveries } from './deliveries/delivery-store.ts';
import { listSeries, readJudgements, readSeries, readVerdict } from './execution-results.ts';
import { insertExpectedMetrics } from './series/expected-metrics.ts';
import { insertInlineSeries } from './series/inline-series.ts';
import { createPruning } from './pruning.ts';
import { toAnalysis, toAnalysisSummary, toExecution, toNewExecutionRow } from './rows.ts';
import type { AnalysisRow, Schema } from './schema.ts';
import type { AnalysisFilter, AnalysisStore, HealthyResult, NewAnalysis } from './store.ts';

/** All but the snapshot, which may be large. */
const SUMMARY_COLUMNS = [
  'id',
  'state',
  'config_name',
  'created_at',
  'started_at',
  'ended_at',
  'verdict',
  'score',
  'reason',
  'failure',
] as const;

export function createAnalysisStore(db: Kysely<Schema>): AnalysisStore {
  return {
    create: (analysis, first, deliveries, judged) =>
      db.transaction().execute(async (trx) => {
        const earlier = await insertAnalysis(trx, analysis);
        if (earlier !== undefined) return { created: false, ...earlier };
        await insertSnapshotParts(trx, analysis.id, analysis.snapshot);
        await insertExpectedMetrics(trx, analysis.id, analysis.expected ?? []);
        await insertExecution(trx, toNewExecutionRow(first));
        await insertDeliveries(trx, deliveries);
        if (judged?.end.state === 'completed') {
          await claim(trx, first.id, { now: judged.endedAt, leaseMs: 0, owner: '' });
          await settle(trx, judged, await writeAhead(trx, judged, judged.end.result.series));
        }
        return { created: true };
      }),

    byIdempotencyKey: (key) => findByKey(db, key),

    async get(id) {
      const row = (await selectAnalysis(db, { id })).rows[0];
      return row && toAnalysis(row);
    },

    state: async (id) => (await selectState(db, { id })).rows[0]?.state,

    async list(filter) {
      const rows = await filtered(db, filter).orderBy('id', 'desc').limit(filter.limit).execute();
      const ids = rows.map(({ id }) => id);
      const labels = ids.length === 0 ? [] : await labelsOf(db, ids);
      return rows.map((row) => toAnalysisSummary(row, labels));
    },

    async executions(analysisId) {
      const { rows } = await selectExecutions(db, { analysisId });
      return rows.map(toExecution);
    },

    verdict: (executionId) => readVerdict(db, executionId),

    pairs: (executionId) => listSeries(db, executionId),

    series: (executionId, ids) => readSeries(db, executionId, ids),

    judgements: (executionIds) => readJudgements(db, executionIds),

    cancel: (id, at, reason, sequence, deliveries) =>
      db.transaction().execute(async (trx) => {
        const end = { state: 'cancelled', ended_at: at } as const;
        const { numUpdatedRows } = await trx
          .updateTable('analyses')
          .set({ ...end, reason, sequence })
          .where('id', '=', id)
          .where('ended_at', 'is', null)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return false;
        await trx
          .updateTable('executions')
          .set({ ...end, claimable_at: null })
          .where('analysis_id', '=', id)
          .where('claimable_at', 'is not', null)
          .execute();
        await insertDeliveries(trx, deliveries);
        return true;
      }),

    conclude: (id, conclusion) =>
      db.transaction().execute((trx) => concludeAnalysis(trx, id, conclusion)),

    async healthy({ config, before, limit }) {
      const rows = await lastResults(db)
        .where('analyses.config_name', '=', config)
        .where('analyses.id', '<', before)
        .where('analyses.verdict', '=', 'pass')
        .orderBy('analyses.id', 'desc')
        .limit(limit)
        .execute();
      return withSeries(db, rows);
    },

    async completed(ids) {
      if (ids.length === 0) return [];
      const rows = await lastResults(db)
        .where('analyses.id', 'in', [...ids])
        .execute();
      const found = new Map(rows.map((row) => [row.id, row]));
      return withSeries(
        db,
        ids.flatMap((id) => found.get(id) ?? []),
      );
    },

    async live({ limit, after }) {
      const rows = await db
        .selectFrom('analyses')
        .selectAll()
        .where('ended_at', 'is', null)
        .where('id', '>', after ?? '')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => toAnalysis(row));
    },

    async delete(id) {
      const { numDeletedRows } = await db
        .deleteFrom('analyses')
        .where('id', '=', id)
        .where('ended_at', 'is not', null)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },

    ...createPruning(db),
  };
}

const selectAnalysis = prepared((db, { id }: { id: string }) =>
  db.selectFrom('analyses').selectAll().where('id', '=', id),
);

const selectState = prepared((db, { id }: { id: string }) =>
  db.selectFrom('analyses').select('state').where('id', '=', id),
);

const selectExecutions = prepared((db, { analysisId }: { analysisId: string }) =>
  db.selectFrom('executions').selectAll().where('analysis_id', '=', analysisId).orderBy('position'),
);

/** Inserts the row, or answers who holds its idempotency key. */
async function insertAnalysis(
  trx: Transaction<Schema>,
  analysis: NewAnalysis,
): Promise<{ id: string; requestHash: string } | undefined> {
  const { numAffectedRows } = await insertRow(trx, toNewAnalysisRow(analysis));
  if (numAffectedRows === 1n || analysis.idempotency === undefined) return undefined;
  return findByKey(trx, analysis.idempotency.key);
}

const insertRow = prepared((db, row: AnalysisRow) =>
  db
    .insertInto('analyses')
    .values(row)
    .onConflict((conflict) => conflict.column('idempotency_key').doNothing()),
);

async function findByKey(
  db: Kysely<Schema>,
  key: string,
): Promise<{ id: string; requestHash: string } | undefined> {
  const row = await db
    .selectFrom('analyses')
    .select(['id', 'request_hash'])
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return row && { id: row.id, requestHash: row.request_hash ?? '' };
}

function toNewAnalysisRow(analysis: NewAnalysis): AnalysisRow {
  const { id, createdAt, snapshot, sequence, idempotency } = analysis;
  const { inlineSeries: _kept_apart, ...small } = snapshot;
  return {
    id,
    state: 'queued',
    config_name: snapshot.configName,
    created_at: createdAt,
    started_at: null,
    ended_at: null,
    verdict: null,
    score: null,
    reason: null,
    failure: null,
    sequence,
    idempotency_key: idempotency?.key ?? null,
    request_hash: idempotency?.requestHash ?? null,
    concluded_at: null,
    concluded_by: null,
    snapshot: encodeDocument(small),
  };
}

async function insertSnapshotParts(
  trx: Transaction<Schema>,
  id: string,
  { labels, inlineSeries }: AnalysisSnapshot,
): Promise<void> {
  const rows = Object.entries(labels).map(([name, value]) => ({ analysis_id: id, name, value }));
  if (rows.length > 0) await trx.insertInto('analysis_labels').values(rows).execute();
  await insertInlineSeries(trx, id, inlineSeries);
}

function labelsOf(db: Kysely<Schema>, ids: string[]) {
  return db.selectFrom('analysis_labels').selectAll().where('analysis_id', 'in', ids).execute();
}

function filtered(db: Kysely<Schema>, filter: AnalysisFilter) {
  let query = db.selectFrom('analyses').select(SUMMARY_COLUMNS);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.verdict !== undefined) query = query.where('verdict', '=', filter.verdict);
  if (filter.config !== undefined) query = query.where('config_name', '=', filter.config);
  for (const [name, value] of Object.entries(filter.labels ?? {})) {
    query = query.where('id', 'in', (nested) =>
      nested
        .selectFrom('analysis_labels')
        .select('analysis_id')
        .where('name', '=', name)
        .where('value', '=', value),
    );
  }
  const { results, text, from, to } = filter;
  if (from !== undefined) query = query.where('created_at', '>=', from);
  if (to !== undefined) query = query.where('created_at', '<', to);
  if (results !== undefined) {
    const { states, verdicts } = results; // an empty `in` is no SQL everywhere
    query = query.where(({ eb, or }) =>
      or([
        ...(states.length === 0 ? [] : [eb('state', 'in', states)]),
        ...(verdicts.length === 0 ? [] : [eb('verdict', 'in', verdicts)]),
      ]),
    );
  }
  return text === undefined ? query : query.where((eb) => holdsText(eb, text));
}

function holdsText(eb: ExpressionBuilder<Schema, 'analyses'>, text: string) {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const holds = (column: Expression<string | null>) =>
    sql<boolean>`lower(${column}) like lower(${pattern}) escape '\\'`;
  const labelled = eb
    .selectFrom('analysis_labels')
    .select('analysis_id')
    .where(({ ref }) => holds(ref('value')));
  return eb.or([
    holds(eb.ref('id')),
    holds(eb.ref('config_name')),
    holds(eb.ref('reason')),
    eb('id', 'in', labelled),
  ]);
}

/** The results of the looks that ended their analyses. */
function lastResults(db: Kysely<Schema>) {
  return db
    .selectFrom('analyses')
    .innerJoin('executions', 'executions.analysis_id', 'analyses.id')
    .innerJoin('execution_results', 'execution_results.execution_id', 'executions.id')
    .select(['analyses.id', 'executions.id as execution'])
    .whereRef('executions.ended_at', '=', 'analyses.ended_at');
}

async function withSeries(
  db: Kysely<Schema>,
  rows: readonly { id: string; execution: string }[],
): Promise<HealthyResult[]> {
  const found: HealthyResult[] = [];
  for (const { id, execution } of rows) {
    found.push({ analysisId: id, series: await readSeries(db, execution) });
  }
  return found;
}
