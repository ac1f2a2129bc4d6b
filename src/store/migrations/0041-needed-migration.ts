import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

const FACT = 'needed-migration';

/** From now on a program that does not know this migration must not work on the store; part of its transaction. */
export async function need(db: Kysely<Schema>, migration: string): Promise<void> {
  await db
    .insertInto('facts')
    .values({ name: FACT, value: migration })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: migration }))
    .execute();
}

/** Undefined where an earlier version has written the store, which could not say so. */
export async function readNeeded(db: Kysely<Schema>): Promise<string | undefined> {
  const row = await db
    .selectFrom('facts')
    .select('value')
    .where('name', '=', FACT)
    .executeTakeFirst();
  return row?.value;
}

/** Claims without an owner would be taken for those of a dead process. */
export function needOwners(db: Kysely<Schema>): Promise<void> {
  return need(db, '0034-owners');
}
