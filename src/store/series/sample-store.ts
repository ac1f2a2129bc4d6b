import { sql, type Kysely } from 'kysely';
import { monotonicFactory } from 'ulid';
import { decodeDocument, encodeDocument } from '../../model/document.ts';
import type { SampleRow, Schema } from '../schema.ts';

/** What was seen or sent while an analysis runs, so that a restart in the middle of it loses nothing of that. */
export interface SampleStore {
  /** Keeps every sample, also two of one instant. */
  append(stream: string, at: number, document: unknown): Promise<void>;
  /** All or none; one whose id was kept before is left out. Answers the ids that are new. */
  appendOnce(samples: readonly OwnSample[]): Promise<Set<string>>;
  /** Both ends included; ascending, and in the order of appending within one instant. */
  read(stream: string, fromAt: number, toAt: number): Promise<{ at: number; document: unknown }[]>;
  /** How much is kept of a stream; `size` counts characters. */
  measure(stream: string): Promise<{ samples: number; size: number }>;
  /** Deletes samples older than `beforeAt`; answers how many. */
  prune(beforeAt: number): Promise<number>;
}

/** One that its sender may send again. */
export interface OwnSample {
  id: string;
  stream: string;
  at: number;
  document: unknown;
}

/** SQLite takes 32,766 values in one statement. */
const ROWS_AT_ONCE = 1000;

export function createSampleStore(db: Kysely<Schema>): SampleStore {
  const nextId = monotonicFactory();
  return {
    async append(stream, at, document) {
      await db
        .insertInto('samples')
        .values({ id: nextId(), stream, at, document: encodeDocument(document) })
        .execute();
    },

    appendOnce(samples) {
      const rows = samples.map(({ document, ...sample }) => ({
        ...sample,
        document: encodeDocument(document),
      }));
      return db.transaction().execute(async (trx) => {
        const fresh: string[] = [];
        for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
          fresh.push(...(await insertOnce(trx, rows.slice(from, from + ROWS_AT_ONCE))));
        return new Set(fresh);
      });
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

    async measure(stream) {
      const row = await db
        .selectFrom('samples')
        .select(({ fn }) => [
          fn.countAll().as('samples'),
          fn.sum<number | string | null>(sql<number>`length(document)`).as('size'),
        ])
        .where('stream', '=', stream)
        .executeTakeFirstOrThrow();
      return { samples: Number(row.samples), size: Number(row.size ?? 0) };
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

async function insertOnce(trx: Kysely<Schema>, rows: SampleRow[]): Promise<string[]> {
  const inserted = await trx
    .insertInto('samples')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute();
  return inserted.map(({ id }) => id);
}
