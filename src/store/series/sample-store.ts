import type { Kysely } from 'kysely';
import { monotonicFactory } from 'ulid';
import { decodeDocument, encodeDocument } from '../../model/document.ts';
import type { Schema } from '../schema.ts';
import type { SampleStore } from '../store.ts';

export function createSampleStore(db: Kysely<Schema>): SampleStore {
  const nextId = monotonicFactory();
  return {
    async append(stream, at, document) {
      await db
        .insertInto('samples')
        .values({ id: nextId(), stream, at, document: encodeDocument(document) })
        .execute();
    },

    async read(stream, fromAt, toAt) {
      const rows = await db
        .selectFrom('samples')
        .select(['at', 'document'])
        .where('stream', '=', stream)
        .where('at', '>=', fromAt)
        .where('at', '<=', toAt)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({ at: row.at, document: decodeDocument(row.document) }));
    },

    async prune(beforeAt) {
      const { numDeletedRows } = await db
        .deleteFrom('samples')
        .where('at', '<', beforeAt)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
