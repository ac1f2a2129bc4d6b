import type { Kysely } from 'kysely';
import type { DeliveryFilter, RedeliveryRange } from './delivery-port.ts';
import type { DeliveryRow, Schema } from '../schema.ts';

export async function listDeliveries(
  db: Kysely<Schema>,
  { subscriptionId, analysisId, limit, before, state }: DeliveryFilter,
): Promise<DeliveryRow[]> {
  let query = db.selectFrom('deliveries').selectAll().orderBy('id', 'desc').limit(limit);
  if (subscriptionId !== undefined) query = query.where('subscription_id', '=', subscriptionId);
  if (analysisId !== undefined) query = query.where('analysis_id', '=', analysisId);
  if (before !== undefined) query = query.where('id', '<', before);
  if (state !== undefined) query = query.where('state', '=', state);
  return query.execute();
}

/** Columns of a delivery that is to be sent at `at`, whatever has become of it before. */
export function dueAgain(at: number) {
  return { state: 'pending' as const, next_attempt_at: at, claimable_at: at, owner: null };
}

export function redeliverRange(
  db: Kysely<Schema>,
  { subscriptionId, since, until, states, limit }: RedeliveryRange,
  at: number,
): Promise<string[] | 'too-many'> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('deliveries')
      .select('id')
      .where('subscription_id', '=', subscriptionId)
      .where('state', 'in', states)
      .where('created_at', '>=', since)
      .where('created_at', '<', until)
      .limit(limit + 1)
      .execute();
    if (rows.length > limit) return 'too-many';
    const again = await trx
      .updateTable('deliveries')
      .set((column) => ({ ...dueAgain(at), attempts_before: column.ref('attempts') }))
      .where('subscription_id', '=', subscriptionId)
      .where('state', 'in', states)
      .where('created_at', '>=', since)
      .where('created_at', '<', until)
      .returning('id')
      .execute();
    return again.map(({ id }) => id);
  });
}

export async function succeededSince(
  db: Kysely<Schema>,
  subscriptionId: string,
  at: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('deliveries')
    .innerJoin('delivery_attempts', 'delivery_attempts.delivery_id', 'deliveries.id')
    .select('deliveries.id')
    .where('deliveries.subscription_id', '=', subscriptionId)
    .where('delivery_attempts.error', 'is', null)
    .where('delivery_attempts.started_at', '>=', at)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
