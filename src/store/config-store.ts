import type { Kysely } from 'kysely';
import { decodeDocument, encodeDocument } from '../model/document.ts';
import { toStoredConfig } from './rows.ts';
import type { ConfigVersionRow, Schema } from './schema.ts';
import type { ConfigStore, ConfigVersion } from './store.ts';

/** Of one config; a pipeline that stores on each run shall not fill the store. */
const KEPT_VERSIONS = 200;

export function createConfigStore(db: Kysely<Schema>): ConfigStore {
  return {
    create: (name, document, at, by) =>
      db.transaction().execute(async (trx) => {
        const text = encodeDocument(document);
        const version = (await lastVersion(trx, name)) + 1;
        const times = { created_at: at, updated_at: at };
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('configs')
          .values({ name, document: text, ...times, version })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows !== 1n) return false;
        await keepVersion(trx, { name, version, document: text, created_at: at, by });
        return true;
      }),

    replace: (name, document, at, { by, ifVersion } = {}) =>
      db.transaction().execute(async (trx) => {
        const text = encodeDocument(document);
        const row = await trx
          .updateTable('configs')
          .set((column) => ({
            document: text,
            updated_at: at,
            version: column('version', '+', 1),
          }))
          .where('name', '=', name)
          .$if(ifVersion !== undefined, (query) => query.where('version', '=', ifVersion!))
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        await keepVersion(trx, { ...row, document: text, created_at: at, by });
        return toStoredConfig(row);
      }),

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

    async versions(name, { limit, before }) {
      const rows = await db
        .selectFrom('config_versions')
        .selectAll()
        .where('name', '=', name)
        .$if(before !== undefined, (query) => query.where('version', '<', before!))
        .orderBy('version', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toConfigVersion);
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

/** 0 where the name was never used. */
async function lastVersion(db: Kysely<Schema>, name: string): Promise<number> {
  const { last } = await db
    .selectFrom('config_versions')
    .select((query) => query.fn.max('version').as('last'))
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return last ?? 0;
}

async function keepVersion(
  db: Kysely<Schema>,
  kept: Omit<ConfigVersionRow, 'created_by'> & { by: string | undefined },
): Promise<void> {
  const { name, version, document, created_at, by = null } = kept;
  await db
    .insertInto('config_versions')
    .values({ name, version, document, created_at, created_by: by })
    .execute();
  await db
    .deleteFrom('config_versions')
    .where('name', '=', name)
    .where('version', '<=', version - KEPT_VERSIONS)
    .execute();
}

function toConfigVersion(row: ConfigVersionRow): ConfigVersion {
  return {
    version: row.version,
    document: decodeDocument(row.document),
    createdAt: row.created_at,
    ...(row.created_by === null ? {} : { by: row.created_by }),
  };
}
