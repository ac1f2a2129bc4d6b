import type { Kysely } from 'kysely';
import { decodeDocument, encodeDocument } from '../model/document.ts';
import type { Disabled, SubscriptionTerms } from '../model/receiver/subscription.ts';
import { prepared } from './prepared.ts';
import type { Schema, SubscriptionRow } from './schema.ts';

export interface StoredSubscription {
  id: string;
  terms: SubscriptionTerms;
  createdAt: number;
  updatedAt: number;
}

export interface SubscriptionStore {
  /** False where `most` are stored already. */
  create(id: string, terms: SubscriptionTerms, at: number, most: number): Promise<boolean>;
  /** False when there is no such subscription. */
  replace(id: string, terms: SubscriptionTerms, at: number): Promise<boolean>;
  get(id: string): Promise<StoredSubscription | undefined>;
  /** Ascending by id. */
  list(): Promise<StoredSubscription[]>;
  /** With its being disabled; what waits to be sent becomes dead. */
  delete(id: string): Promise<boolean>;
  /** Keeps the first reason, and makes dead what waits to be sent; also of one that is stored elsewhere. */
  disable(id: string, disabled: Disabled): Promise<void>;
  enable(id: string): Promise<void>;
  disabled(id: string): Promise<Disabled | undefined>;
  /** All that are, by id. */
  allDisabled(): Promise<Map<string, Disabled>>;
}

export function createSubscriptionStore(db: Kysely<Schema>): SubscriptionStore {
  return {
    create: (id, terms, at, most) =>
      db.transaction().execute(async (trx) => {
        const { total } = await trx
          .selectFrom('subscriptions')
          .select((column) => column.fn.countAll().as('total'))
          .executeTakeFirstOrThrow();
        if (Number(total) >= most) return false;
        const document = encodeDocument(terms);
        await trx
          .insertInto('subscriptions')
          .values({ id, document, created_at: at, updated_at: at })
          .execute();
        return true;
      }),

    async replace(id, terms, at) {
      const { numUpdatedRows } = await db
        .updateTable('subscriptions')
        .set({ document: encodeDocument(terms), updated_at: at })
        .where('id', '=', id)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async get(id) {
      const row = await db
        .selectFrom('subscriptions')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row && toSubscription(row);
    },

    async list() {
      const { rows } = await selectAll(db, {});
      return rows.map(toSubscription);
    },

    delete: (id) =>
      db.transaction().execute(async (trx) => {
        const { numDeletedRows } = await trx
          .deleteFrom('subscriptions')
          .where('id', '=', id)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return false;
        await trx.deleteFrom('disabled_subscriptions').where('id', '=', id).execute();
        await endDeliveries(trx, id);
        return true;
      }),

    disable: (id, { at, reason }) =>
      db.transaction().execute(async (trx) => {
        await trx
          .insertInto('disabled_subscriptions')
          .values({ id, at, reason })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
        await endDeliveries(trx, id);
      }),

    async enable(id) {
      await db.deleteFrom('disabled_subscriptions').where('id', '=', id).execute();
    },

    async disabled(id) {
      const row = await db
        .selectFrom('disabled_subscriptions')
        .select(['at', 'reason'])
        .where('id', '=', id)
        .executeTakeFirst();
      return row && { at: row.at, reason: row.reason };
    },

    async allDisabled() {
      const rows = await db.selectFrom('disabled_subscriptions').selectAll().execute();
      return new Map(rows.map(({ id, at, reason }) => [id, { at, reason }]));
    },
  };
}

/** Asked for each event of an analysis. */
const selectAll = prepared((db) => db.selectFrom('subscriptions').selectAll().orderBy('id'));

async function endDeliveries(db: Kysely<Schema>, subscriptionId: string): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ state: 'dead', claimable_at: null })
    .where('subscription_id', '=', subscriptionId)
    .where('state', '=', 'pending')
    .execute();
}

function toSubscription(row: SubscriptionRow): StoredSubscription {
  return {
    id: row.id,
    terms: decodeDocument<SubscriptionTerms>(row.document),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
