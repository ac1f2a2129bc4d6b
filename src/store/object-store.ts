import type { Kysely, Transaction } from 'kysely';
import { decodeDocument, encodeDocument } from '../model/document.ts';
import type { ObjectRow, Schema } from './schema.ts';
import type { StoredObject, ObjectStore, NewObject } from './store.ts';

export function createObjectStore(db: Kysely<Schema>): ObjectStore {
  return {
    create: (kind, object) =>
      written(db, async (trx) => {
        const { id, document, at } = object;
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('objects')
          .values({ kind, id, document: encodeDocument(document), created_at: at, updated_at: at })
          .onConflict((conflict) => conflict.columns(['kind', 'id']).doNothing())
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows !== 1n) return 'exists';
        return takeNames(trx, kind, object);
      }),

    replace: (kind, object) =>
      written(db, async (trx) => {
        const { id, document, at } = object;
        const { numUpdatedRows } = await trx
          .updateTable('objects')
          .set({ document: encodeDocument(document), updated_at: at })
          .where('kind', '=', kind)
          .where('id', '=', id)
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) return 'unknown';
        await dropNames(trx, kind, id);
        return takeNames(trx, kind, object);
      }),

    async get(kind, id) {
      const row = await db
        .selectFrom('objects')
        .selectAll()
        .where('kind', '=', kind)
        .where('id', '=', id)
        .executeTakeFirst();
      return row && toObject(row);
    },

    async list(kind) {
      const rows = await db
        .selectFrom('objects')
        .selectAll()
        .where('kind', '=', kind)
        .orderBy('id')
        .execute();
      return rows.map(toObject);
    },

    delete: (kind, id) =>
      db.transaction().execute(async (trx) => {
        await dropNames(trx, kind, id);
        const { numDeletedRows } = await trx
          .deleteFrom('objects')
          .where('kind', '=', kind)
          .where('id', '=', id)
          .executeTakeFirst();
        return numDeletedRows === 1n;
      }),
  };
}

class NameTaken extends Error {}

/** Runs one write; a name that another object holds rolls all of it back. */
async function written<T>(
  db: Kysely<Schema>,
  write: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T | 'name-taken'> {
  try {
    return await db.transaction().execute(write);
  } catch (thrown) {
    if (thrown instanceof NameTaken) return 'name-taken';
    throw thrown;
  }
}

/** The primary key decides, so that two writers at once cannot both win; in one order, or they could wait for each other. */
async function takeNames(
  trx: Transaction<Schema>,
  kind: string,
  { id, names }: NewObject,
): Promise<'written'> {
  for (const name of [...new Set(names)].sort()) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('object_names')
      .values({ kind, name, id })
      .onConflict((conflict) => conflict.columns(['kind', 'name']).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) throw new NameTaken();
  }
  return 'written';
}

async function dropNames(trx: Transaction<Schema>, kind: string, id: string): Promise<void> {
  await trx.deleteFrom('object_names').where('kind', '=', kind).where('id', '=', id).execute();
}

function toObject(row: ObjectRow): StoredObject {
  return {
    id: row.id,
    document: decodeDocument(row.document),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
