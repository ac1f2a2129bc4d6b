import { sql, type Kysely } from 'kysely';
import { newId } from '../new-id.ts';
import { createAnalysisStore } from './analysis-store.ts';
import { createConfigStore } from './config-store.ts';
import { createDeliveryStore } from './deliveries/delivery-store.ts';
import { createExecutionStore } from './execution-store.ts';
import { readStoreId } from './facts.ts';
import { createGateStore } from './gate-store.ts';
import { createObjectStore } from './object-store.ts';
import { createRejudgementStore } from './rejudgement-store.ts';
import { createAlone } from './peers/alone.ts';
import type { Claimable, Peers } from './peers/peers.ts';
import { createExpectedMetrics } from './series/expected-metrics.ts';
import { createSampleStore } from './series/sample-store.ts';
import type { Schema } from './schema.ts';
import { createTriggerStore } from './trigger-store.ts';
import { createSubscriptionStore } from './subscription-store.ts';
import type { Store, Unfinished } from './store.ts';

export interface SqlStoreOptions {
  hasty?: Kysely<Schema>;
  /** Name of this process among those that claim. */
  owner?: string;
  peers?: Peers;
}

/**
 * The store over an open, migrated database of any dialect: every query is one text for all. `hasty` is the
 * same database without waiting for the disk, for claims and progress; `peers` are those who share it.
 */
export function createSqlStore(
  db: Kysely<Schema>,
  { hasty = db, owner = newId(), peers = createAlone() }: SqlStoreOptions = {},
): Store {
  return {
    peers,
    id: () => readStoreId(db),
    configs: createConfigStore(db),
    analyses: createAnalysisStore(db),
    executions: createExecutionStore(db, hasty, owner),
    rejudgements: createRejudgementStore(db),
    deliveries: createDeliveryStore(db, hasty, owner),
    subscriptions: createSubscriptionStore(db),
    samples: createSampleStore(db),
    expectedMetrics: createExpectedMetrics(db),
    objects: createObjectStore(db),
    gates: createGateStore(db),
    triggers: createTriggerStore(db),
    unfinished: async (at, limit, lapsedAt = at) => ({
      executions: await claimable(db, 'executions', { at, lapsedAt }, limit),
      deliveries: await claimable(db, 'deliveries', { at, lapsedAt }, limit),
    }),
    oldestClaimAt: () => oldestClaimAt(db),
    // claims of a process that lives are among them, and those of others end by themselves
    releaseAll: () => (peers.isShared ? Promise.resolve() : releaseAll(db)),
    async ping() {
      await sql`select 1 from analyses limit 1`.execute(db);
    },
    trouble: () => undefined,
    shrink: () => Promise.resolve(),
    close: () => db.destroy(),
  };
}

async function claimable(
  db: Kysely<Schema>,
  table: Claimable,
  { at, lapsedAt }: { at: number; lapsedAt: number },
  limit: number,
): Promise<Unfinished[]> {
  return await db
    .selectFrom(table)
    .select(['id', 'claimable_at as claimableAt'])
    .where('claimable_at', '<=', Math.max(at, lapsedAt))
    .where((column) =>
      column.or([
        column('claimable_at', '<=', at),
        column.and([column('claimable_at', '<=', lapsedAt), column('owner', 'is not', null)]),
      ]),
    )
    .orderBy('claimable_at')
    .orderBy('id')
    .limit(limit)
    .$narrowType<{ claimableAt: number }>()
    .execute();
}

/** Only rows that are not final are looked at: those have a time from which they may be claimed. */
async function oldestClaimAt(db: Kysely<Schema>): Promise<number | undefined> {
  const row = await db
    .selectFrom('executions')
    .select(({ fn }) => fn.min<number | null>('started_at').as('at'))
    .where('claimable_at', '>', 0)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return row?.at ?? undefined;
}

async function releaseAll(db: Kysely<Schema>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('executions')
      .set((column) => ({
        state: 'queued',
        claimable_at: column.ref('due_at'),
        owner: null,
        progress: null,
      }))
      .where('state', '=', 'running')
      .execute();
    await trx
      .updateTable('deliveries')
      .set((column) => ({ claimable_at: column.ref('next_attempt_at'), owner: null }))
      .whereRef('claimable_at', '>', 'next_attempt_at')
      .execute();
  });
}
