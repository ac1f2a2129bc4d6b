import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** What retention asks of analyses and does to them. */
export interface Pruning {
  /**
   * Deletes analyses that ended before `before` with all that belongs to them, the longest ended first;
   * answers how many. One whose deliveries are not all delivered or dead is kept.
   */
  prune(before: number, limit: number): Promise<number>;
  /** When the newest of those that have ended did so; undefined when none has. */
  newestEndedAt(): Promise<number | undefined>;
  /** How many there are. */
  count(): Promise<number>;
}

export function createPruning(db: Kysely<Schema>): Pruning {
  return {
    prune: (before, limit) => prune(db, before, limit),

    async newestEndedAt() {
      const row = await db
        .selectFrom('analyses')
        .select('ended_at')
        .where('ended_at', 'is not', null)
        .orderBy('ended_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.ended_at ?? undefined;
    },

    async count() {
      const { total } = await db
        .selectFrom('analyses')
        .select((column) => column.fn.countAll().as('total'))
        .executeTakeFirstOrThrow();
      return Number(total);
    },
  };
}

async function prune(db: Kysely<Schema>, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('analyses')
    .where('id', 'in', (nested) =>
      nested
        .selectFrom('analyses as old')
        .select('old.id')
        .where('old.ended_at', '<', before)
        .where('old.id', 'not in', (undelivered) =>
          undelivered
            .selectFrom('deliveries')
            .select('deliveries.analysis_id')
            .where('deliveries.claimable_at', 'is not', null),
        )
        .orderBy('old.ended_at')
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
