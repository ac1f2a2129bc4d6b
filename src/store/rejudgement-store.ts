import type { Kysely } from 'kysely';
import { decodeDocument, encodeDocument } from '../model/document.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import type { Rejudgement, RejudgementSummary } from '../model/rejudgement.ts';
import { prepared } from './prepared.ts';
import type { RejudgementRow, Schema } from './schema.ts';

export interface RejudgementStore {
  /** False when its analysis is gone. */
  add(rejudgement: Rejudgement): Promise<boolean>;
  get(analysisId: string, id: string): Promise<Rejudgement | undefined>;
  /** Oldest first; reads no judgement. */
  list(analysisId: string): Promise<RejudgementSummary[]>;
}

const SUMMARY_COLUMNS = [
  'id',
  'analysis_id',
  'created_at',
  'created_by',
  'config_name',
  'config_version',
  'judge',
  'verdict',
  'score',
  'reason',
] as const;

export function createRejudgementStore(db: Kysely<Schema>): RejudgementStore {
  return {
    add: (rejudgement) =>
      db.transaction().execute(async (trx) => {
        const analysis = await trx
          .selectFrom('analyses')
          .select('id')
          .where('id', '=', rejudgement.analysisId)
          .executeTakeFirst();
        if (analysis === undefined) return false;
        await trx.insertInto('rejudgements').values(toRow(rejudgement)).execute();
        return true;
      }),

    async get(analysisId, id) {
      const row = await db
        .selectFrom('rejudgements')
        .selectAll()
        .where('analysis_id', '=', analysisId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row && { ...toSummary(row), judgement: decodeDocument<Judgement>(row.judgement) };
    },

    async list(analysisId) {
      const { rows } = await selectOfAnalysis(db, { analysisId });
      return rows.map(toSummary);
    },
  };
}

const selectOfAnalysis = prepared((db, { analysisId }: { analysisId: string }) =>
  db
    .selectFrom('rejudgements')
    .select(SUMMARY_COLUMNS)
    .where('analysis_id', '=', analysisId)
    .orderBy('id'),
);

function toRow({ judgement, ...summary }: Rejudgement): RejudgementRow {
  return {
    id: summary.id,
    analysis_id: summary.analysisId,
    created_at: summary.createdAt,
    created_by: summary.by ?? null,
    config_name: summary.configName,
    config_version: summary.configVersion ?? null,
    judge: summary.judge,
    verdict: summary.verdict,
    score: summary.score,
    reason: summary.reason,
    judgement: encodeDocument(judgement),
  };
}

/** SQLite keeps NaN as null. */
function toSummary(row: Omit<RejudgementRow, 'judgement'>): RejudgementSummary {
  return {
    id: row.id,
    analysisId: row.analysis_id,
    createdAt: row.created_at,
    ...(row.created_by !== null && { by: row.created_by }),
    configName: row.config_name,
    ...(row.config_version !== null && { configVersion: row.config_version }),
    judge: row.judge,
    verdict: row.verdict,
    score: row.score ?? Number.NaN,
    reason: row.reason,
  };
}
