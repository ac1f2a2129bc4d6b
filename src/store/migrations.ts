import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createIndex } from './migrations/create-index.ts';
import { createGates } from './migrations/0020-gates.ts';
import { createFacts } from './migrations/0021-facts.ts';
import { storeSeriesOnce } from './migrations/0024-series-once.ts';
import { createTriggers } from './migrations/0026-triggers.ts';
import { createSubscriptions } from './migrations/0028-subscriptions.ts';
import { addSubscriptionOfDeliveries } from './migrations/0029-deliveries-of-subscriptions.ts';
import { createConfigVersions } from './migrations/0030-config-versions.ts';
import { addConclusion } from './migrations/0031-conclusions.ts';
import { createRejudgements } from './migrations/0032-rejudgements.ts';
import { createOwners } from './migrations/0034-owners.ts';
import { createExpectedMetrics } from './migrations/0037-expected-metrics.ts';
import { addTraces } from './migrations/0040-traces.ts';
import { needOwners } from './migrations/0041-needed-migration.ts';
import type { Schema } from './schema.ts';

/**
 * Applied in the order of their names; a released one never changes. While a service is upgraded, programs of before work
 * beside it, and after a rollback they do alone: so one adds tables, and columns that are null or have a default, and
 * nothing else, or says by `need` that who does not know it must not go on.
 */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-first-tables': { up: createFirstTables },
  '0002-kayenta-objects': { up: createKayentaObjects },
  '0003-judgements-apart': { up: createJudgements },
  '0004-cancelled-looks': { up: nameCancelledLooks },
  '0005-progress': { up: addProgress },
  '0006-removed-looks': { up: addRemovedAt },
  '0007-faces': { up: nameByFaces },
  '0008-pairs-apart': { up: createPairs },
  '0020-gates': { up: createGates },
  '0021-facts': { up: createFacts },
  '0024-series-once': { up: storeSeriesOnce },
  '0026-triggers': { up: createTriggers },
  '0028-subscriptions': { up: createSubscriptions },
  '0029-deliveries-of-subscriptions': { up: addSubscriptionOfDeliveries },
  '0030-config-versions': { up: createConfigVersions },
  '0031-conclusions': { up: addConclusion },
  '0032-rejudgements': { up: createRejudgements },
  '0034-owners': { up: createOwners },
  '0037-expected-metrics': { up: createExpectedMetrics },
  '0040-traces': { up: addTraces },
  '0041-needed-migration': { up: needOwners },
};

export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS);

async function createFirstTables(db: Kysely<Schema>): Promise<void> {
  await createConfigs(db);
  await createAnalyses(db);
  await createExecutions(db);
  await createDeliveries(db);
  await createSamples(db);
}

async function createConfigs(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('configs')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute();
}

async function createAnalyses(db: Kysely<Schema>): Promise<void> {
  await withOutcome(db.schema.createTable('analyses'))
    .addColumn('config_name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('idempotency_key', 'text', (column) => column.unique())
    .addColumn('request_hash', 'text')
    .addColumn('snapshot', 'text', (column) => column.notNull())
    .execute();
  await createIndex(db, 'analyses', ['ended_at', 'id']);
  await createIndex(db, 'analyses', ['state', 'id']);
  await createIndex(db, 'analyses', ['verdict', 'id']);
  await createIndex(db, 'analyses', ['config_name', 'id']);
  await createAnalysisParts(db);
}

async function createAnalysisParts(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('analysis_labels')
    .addColumn('analysis_id', 'text', (column) =>
      column.notNull().references('analyses.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('analysis_labels_key', ['analysis_id', 'name'])
    .execute();
  await createIndex(db, 'analysis_labels', ['name', 'value', 'analysis_id']);
  await db.schema
    .createTable('analysis_series')
    .addColumn('analysis_id', 'text', (column) =>
      column.primaryKey().references('analyses.id').onDelete('cascade'),
    )
    .addColumn('document', 'text', (column) => column.notNull())
    .execute();
}

async function createExecutions(db: Kysely<Schema>): Promise<void> {
  await withOutcome(db.schema.createTable('executions'))
    .addColumn('analysis_id', 'text', (column) =>
      column.notNull().references('analyses.id').onDelete('cascade'),
    )
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('start_at', 'bigint', (column) => column.notNull())
    .addColumn('end_at', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('claimable_at', 'bigint')
    .addUniqueConstraint('executions_position', ['analysis_id', 'position'])
    .execute();
  await createIndex(db, 'executions', ['claimable_at', 'id']);
  await db.schema
    .createTable('execution_results')
    .addColumn('execution_id', 'text', (column) =>
      column.primaryKey().references('executions.id').onDelete('cascade'),
    )
    .addColumn('document', 'text', (column) => column.notNull())
    .execute();
}

async function createDeliveries(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('analysis_id', 'text', (column) =>
      column.notNull().references('analyses.id').onDelete('cascade'),
    )
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('next_attempt_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('claimable_at', 'bigint')
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await createIndex(db, 'deliveries', ['analysis_id', 'sequence']);
  await createIndex(db, 'deliveries', ['claimable_at', 'id']);
  await createIndex(db, 'deliveries', ['state', 'created_at']);
  await createDeliveryAttempts(db);
}

async function createDeliveryAttempts(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('delivery_attempts')
    .addColumn('delivery_id', 'text', (column) =>
      column.notNull().references('deliveries.id').onDelete('cascade'),
    )
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('duration_ms', 'bigint', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('error', 'text')
    .addColumn('answer', 'text')
    .addPrimaryKeyConstraint('delivery_attempts_key', ['delivery_id', 'number'])
    .execute();
}

async function createSamples(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('samples')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .execute();
  await createIndex(db, 'samples', ['stream', 'at', 'id']);
  await createIndex(db, 'samples', ['at']);
}

async function createKayentaObjects(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('kayenta_objects')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('kayenta_objects_key', ['kind', 'id'])
    .execute();
  await db.schema
    .createTable('kayenta_names')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('kayenta_names_key', ['kind', 'name'])
    .execute();
  await createIndex(db, 'kayenta_names', ['kind', 'id']);
}

/** Earlier results keep their judgement in their document: there may be many, and they are large. */
async function createJudgements(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('execution_judgements')
    .addColumn('execution_id', 'text', (column) =>
      column.primaryKey().references('executions.id').onDelete('cascade'),
    )
    .addColumn('document', 'text', (column) => column.notNull())
    .execute();
}

async function createPairs(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('execution_pairs')
    .addColumn('execution_id', 'text', (column) =>
      column.notNull().references('executions.id').onDelete('cascade'),
    )
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('pair_id', 'text', (column) => column.notNull())
    .addColumn('amount', 'integer', (column) => column.notNull())
    .addColumn('document', 'bytea', (column) => column.notNull()) // SQLite takes any word
    .addPrimaryKeyConstraint('execution_pairs_key', ['execution_id', 'attempt', 'position'])
    .execute();
}

/** A look that was cancelled by its own id was written as failed. */
async function nameCancelledLooks(db: Kysely<Schema>): Promise<void> {
  await db
    .updateTable('executions')
    .set({ state: 'cancelled' })
    .where('state', '=', 'failed')
    .where('failure', 'like', '{"code":"cancelled",%')
    .execute();
}

async function addProgress(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable('executions').addColumn('progress', 'text').execute();
}

async function addRemovedAt(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable('executions').addColumn('removed_at', 'bigint').execute();
}

/** One face's objects become any face's, and what it was given stands in the snapshot as any face's would. */
async function nameByFaces(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable('kayenta_objects').renameTo('objects').execute();
  await db.schema.alterTable('kayenta_names').renameTo('object_names').execute();
  const rows = await db
    .selectFrom('analyses')
    .select(['id', 'snapshot'])
    .where('snapshot', 'like', '%"kayenta":{%')
    .execute();
  for (const { id, snapshot } of rows) {
    const { kayenta: given, ...others } = JSON.parse(snapshot) as Record<string, unknown>;
    if (given === undefined) continue; // the words stood elsewhere
    const renamed = JSON.stringify({ ...others, origin: { face: 'kayenta', given } });
    await db.updateTable('analyses').set({ snapshot: renamed }).where('id', '=', id).execute();
  }
}

/** What an analysis and an execution have in common. */
function withOutcome<Table extends string>(
  table: CreateTableBuilder<Table>,
): CreateTableBuilder<Table, string> {
  return table
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('verdict', 'text')
    .addColumn('score', 'double precision')
    .addColumn('reason', 'text')
    .addColumn('failure', 'text');
}
