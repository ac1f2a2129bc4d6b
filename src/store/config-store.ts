import type { Kysely } from 'kysely';
import { encodeDocument } from '../model/document.ts';
import { toStoredConfig } from './rows.ts';
import type { Schema } from './schema.ts';
import type { ConfigStore } from './store.ts';

export function createConfigStore(db: Kysely<Schema>): ConfigStore {
  return {
    async create(name, document, at) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('configs')
        .values({
          name,
          document: encodeDocument(document),
          created_at: at,
          updated_at: at,
          version: 1,
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },

    async replace(name, document, at) {
      const row = await db
        .updateTable('configs')
        .set((column) => ({
          document: encodeDocument(document),
          updated_at: at,
          version: column('version', '+', 1),
        }))
        .where('name', '=', name)
        .returningAll()
        .executeTakeFirst();
      return row && toStoredConfig(row);
    },

    async get(name) {
      const row = await db
        .selectFrom('configs')
        .selectAll()
        .where('name', '=', name)
        .executeTakeFirst();
      return row && toStoredConfig(row);
    },

    async list({ limit, after }) {
      const rows = await db
        .selectFrom('configs')
        .selectAll()
        .where('name', '>', after ?? '')
        .orderBy('name')
        .limit(limit)
        .execute();
      return rows.map(toStoredConfig);
    },

    async delete(name) {
      const { numDeletedRows } = await db
        .deleteFrom('configs')
        .where('name', '=', name)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}
