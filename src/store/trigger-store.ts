import type { Kysely, Transaction } from 'kysely';
import type { Schema, TriggerDeliveryRow } from './schema.ts';

/** A webhook that was taken, under whichever of its marks it is found. */
export interface TriggerDelivery {
  /** Names it among those of its trigger. */
  delivery: string;
  /** Absent until it has been submitted. */
  analysisId?: string;
}

/** Outlives the analyses that were started: what was sent once starts nothing a second time. */
export interface TriggerStore {
  /** What is known under any of the marks; what came before `since` does not count. */
  recall(
    trigger: string,
    marks: readonly string[],
    since: number,
  ): Promise<TriggerDelivery | undefined>;
  /** Keeps it under all of its marks, or answers what is known under one of them: one winner. */
  remember(
    trigger: string,
    received: { delivery: string; marks: readonly string[]; since: number; at: number },
  ): Promise<TriggerDelivery>;
  /** Notes what it has started. */
  started(trigger: string, delivery: string, analysisId: string): Promise<void>;
}

/** Far longer than any sender repeats, so that what somebody has recorded is of no use to them. */
const KEPT_MS = 366 * 86_400_000;

export function createTriggerStore(db: Kysely<Schema>): TriggerStore {
  return {
    async recall(trigger, marks, since) {
      const row = await db
        .selectFrom('trigger_deliveries')
        .select(['delivery', 'analysis_id'])
        .where('trigger_name', '=', trigger)
        .where('mark', 'in', [...marks])
        .where('received_at', '>=', since)
        .limit(1)
        .executeTakeFirst();
      return row && toDelivery(row);
    },

    remember: (trigger, { delivery, marks, since, at }) =>
      db.transaction().execute(async (trx) => {
        await forget(trx, trigger, marks, since);
        await trx
          .deleteFrom('trigger_deliveries')
          .where('received_at', '<', at - KEPT_MS)
          .execute();
        const own = { trigger_name: trigger, delivery, analysis_id: null, received_at: at };
        let known: TriggerDelivery | undefined;
        // in one order, so that two who share marks never wait for each other
        for (const mark of marks.toSorted()) known = (await take(trx, { ...own, mark })) ?? known;
        if (known === undefined || known.delivery === delivery) return known ?? { delivery };
        await trx
          .updateTable('trigger_deliveries')
          .set({ delivery: known.delivery, analysis_id: known.analysisId ?? null })
          .where('trigger_name', '=', trigger)
          .where('delivery', '=', delivery)
          .execute();
        return known;
      }),

    async started(trigger, delivery, analysisId) {
      await db
        .updateTable('trigger_deliveries')
        .set({ analysis_id: analysisId })
        .where('trigger_name', '=', trigger)
        .where('delivery', '=', delivery)
        .execute();
    },
  };
}

/** The primary key decides, so that two deliveries at once cannot both be the first; undefined when this one is. */
async function take(
  trx: Transaction<Schema>,
  row: TriggerDeliveryRow,
): Promise<TriggerDelivery | undefined> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('trigger_deliveries')
    .values(row)
    .onConflict((conflict) => conflict.columns(['trigger_name', 'mark']).doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 1n) return undefined;
  const known = await trx
    .selectFrom('trigger_deliveries')
    .select(['delivery', 'analysis_id'])
    .where('trigger_name', '=', row.trigger_name)
    .where('mark', '=', row.mark)
    .executeTakeFirstOrThrow();
  return toDelivery(known);
}

async function forget(
  trx: Transaction<Schema>,
  trigger: string,
  marks: readonly string[],
  since: number,
): Promise<void> {
  await trx
    .deleteFrom('trigger_deliveries')
    .where('trigger_name', '=', trigger)
    .where('mark', 'in', [...marks])
    .where('received_at', '<', since)
    .execute();
}

function toDelivery(row: Pick<TriggerDeliveryRow, 'delivery' | 'analysis_id'>): TriggerDelivery {
  const { delivery, analysis_id: analysisId } = row;
  return { delivery, ...(analysisId === null ? {} : { analysisId }) };
}
