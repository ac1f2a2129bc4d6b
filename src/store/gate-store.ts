import type { Kysely } from 'kysely';
import type { GateAttemptRow, Schema } from './schema.ts';

/** One analysis that a gate has started under the key of a deployer. */
export interface GateAttempt {
  gate: string;
  key: string;
  /** Counts up for the key, from 1. */
  attempt: number;
  /** What is rolled out; keys of one subject follow each other, so that a new attempt ends the others. */
  subject: string;
  analysisId: string;
  /** From then on the key starts anew. */
  expiresAt?: number;
}

export interface GateStore {
  /** The newest attempt under the key; of the gate that has begun last unless one is named. */
  newest(key: string, gate?: string): Promise<GateAttempt | undefined>;
  /** Keeps it and expires the other attempts of its subject at `at`; nothing happens where it is known. */
  add(attempt: Omit<GateAttempt, 'expiresAt'>, at: number): Promise<void>;
  /** Only once: what has an end keeps it. */
  expire(analysisId: string, at: number): Promise<void>;
}

export function createGateStore(db: Kysely<Schema>): GateStore {
  return {
    async newest(key, gate) {
      let query = db.selectFrom('gate_attempts').selectAll().where('key', '=', key);
      if (gate !== undefined) query = query.where('gate', '=', gate);
      const order = gate === undefined ? 'analysis_id' : 'attempt'; // ids sort by time, to the millisecond
      const row = await query.orderBy(order, 'desc').limit(1).executeTakeFirst();
      return row && toGateAttempt(row);
    },

    add: ({ analysisId, ...attempt }, at) =>
      db.transaction().execute(async (trx) => {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('gate_attempts')
          .values({ ...attempt, analysis_id: analysisId, expires_at: null })
          .onConflict((conflict) => conflict.columns(['gate', 'key', 'attempt']).doNothing())
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows !== 1n) return; // whoever comes late must end nothing that came after
        await trx
          .updateTable('gate_attempts')
          .set({ expires_at: at })
          .where('gate', '=', attempt.gate)
          .where('subject', '=', attempt.subject)
          .where('analysis_id', '!=', analysisId)
          .where('expires_at', 'is', null)
          .execute();
      }),

    async expire(analysisId, at) {
      await db
        .updateTable('gate_attempts')
        .set({ expires_at: at })
        .where('analysis_id', '=', analysisId)
        .where('expires_at', 'is', null)
        .execute();
    },
  };
}

function toGateAttempt(row: GateAttemptRow): GateAttempt {
  const { gate, key, attempt, subject, analysis_id: analysisId, expires_at: expiresAt } = row;
  return {
    gate,
    key,
    attempt,
    subject,
    analysisId,
    ...(expiresAt === null ? {} : { expiresAt }),
  };
}
