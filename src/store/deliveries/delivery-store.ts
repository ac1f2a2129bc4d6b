import type { Kysely, Transaction } from 'kysely';
import { toAttempt, toAttemptRow, toDelivery, toNewDeliveryRow } from '../rows.ts';
import type { DeliveryAttemptRow, DeliveryRow, Schema } from '../schema.ts';
import type { DeliveryDetail, DeliveryStore, NewDelivery } from './delivery-port.ts';
import {
  dueAgain,
  listDeliveries,
  redeliverRange,
  succeededSince,
} from './deliveries-of-subscription.ts';

export function createDeliveryStore(
  db: Kysely<Schema>,
  hasty: Kysely<Schema>,
  owner: string,
): DeliveryStore {
  return {
    async get(id) {
      const row = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row && toDelivery(row);
    },

    async claim(id, now, leaseMs) {
      const row = await hasty
        .updateTable('deliveries')
        .set((column) => ({
          attempts: column('attempts', '+', 1),
          claimable_at: now + leaseMs,
          owner,
        }))
        .where('id', '=', id)
        .where('claimable_at', '<=', now)
        .returningAll()
        .executeTakeFirst();
      return row && toDelivery(row);
    },

    record: (attempt, next) =>
      db.transaction().execute(async (trx) => {
        await trx.insertInto('delivery_attempts').values(toAttemptRow(attempt)).execute();
        const update = trx
          .updateTable('deliveries')
          .set(toStateColumns(next))
          .where('id', '=', attempt.deliveryId)
          .where('state', '=', 'pending');
        const delivered = next.state === 'delivered';
        await (delivered ? update : update.where('attempts', '=', attempt.number)).execute();
      }),

    async release(id) {
      await db
        .updateTable('deliveries')
        .set((column) => ({
          attempts: column('attempts', '-', 1),
          claimable_at: column.ref('next_attempt_at'),
          owner: null,
        }))
        .where('id', '=', id)
        .whereRef('claimable_at', '>', 'next_attempt_at')
        .execute();
    },

    async detail(id) {
      const row = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row && (await withAttempts(db, [row]))[0];
    },

    async byAnalysis(analysisId) {
      const rows = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('analysis_id', '=', analysisId)
        .orderBy('sequence')
        .orderBy('id')
        .execute();
      const attempts = await db // as many as there are: not by their ids, of which a query takes only so many
        .selectFrom('delivery_attempts')
        .innerJoin('deliveries', 'deliveries.id', 'delivery_attempts.delivery_id')
        .selectAll('delivery_attempts')
        .where('deliveries.analysis_id', '=', analysisId)
        .orderBy('delivery_attempts.number')
        .execute();
      return besideTheirs(rows, attempts);
    },

    list: async (filter) => withAttempts(db, await listDeliveries(db, filter)),

    async end(id) {
      await db
        .updateTable('deliveries')
        .set({ state: 'dead', claimable_at: null })
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .execute();
    },

    async redeliver(id, at) {
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set((column) => ({ ...dueAgain(at), attempts_before: column.ref('attempts') }))
        .where('id', '=', id)
        .where((column) =>
          column.or([
            column('state', '!=', 'pending'),
            column('claimable_at', '=', column.ref('next_attempt_at')),
          ]),
        )
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    redeliverRange: (range, at) => redeliverRange(db, range, at),

    hasSucceededSince: (subscriptionId, at) => succeededSince(db, subscriptionId, at),

    async claimableAt(id) {
      const row = await db
        .selectFrom('deliveries')
        .select('claimable_at')
        .where('id', '=', id)
        .executeTakeFirst();
      return row?.claimable_at ?? undefined;
    },

    async oldestPendingAt() {
      const row = await db
        .selectFrom('deliveries')
        .select('created_at')
        .where('state', '=', 'pending')
        .orderBy('created_at')
        .limit(1)
        .executeTakeFirst();
      return row?.created_at;
    },
  };
}

/** Part of the transactions that create what the deliveries tell of. */
export async function insertDeliveries(
  trx: Transaction<Schema>,
  deliveries: NewDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await trx.insertInto('deliveries').values(deliveries.map(toNewDeliveryRow)).execute();
}

function toStateColumns(
  next: Parameters<DeliveryStore['record']>[1],
): Pick<DeliveryRow, 'state' | 'claimable_at' | 'owner'> & { next_attempt_at?: number } {
  const { state } = next;
  if (state !== 'pending') return { state, claimable_at: null, owner: null };
  const at = next.nextAttemptAt;
  return { state, next_attempt_at: at, claimable_at: at, owner: null };
}

async function withAttempts(db: Kysely<Schema>, rows: DeliveryRow[]): Promise<DeliveryDetail[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const attempts = await db
    .selectFrom('delivery_attempts')
    .selectAll()
    .where('delivery_id', 'in', ids)
    .orderBy('number')
    .execute();
  return besideTheirs(rows, attempts);
}

function besideTheirs(rows: DeliveryRow[], attempts: DeliveryAttemptRow[]): DeliveryDetail[] {
  const own = Map.groupBy(attempts.map(toAttempt), ({ deliveryId }) => deliveryId);
  return rows.map((row) => ({ delivery: toDelivery(row), attempts: own.get(row.id) ?? [] }));
}
