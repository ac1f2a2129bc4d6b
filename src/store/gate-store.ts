import type { Kysely } from 'kysely';
import type { GateAttemptRow, Schema } from './schema.ts';
import type { GateAttempt, GateStore } from './store.ts';

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
