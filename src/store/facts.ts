import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Tells this store from every other one; `canary restore` gives the restored one an id of its own. */
export async function readStoreId(db: Kysely<Schema>): Promise<string> {
  const { value } = await db
    .selectFrom('facts')
    .select('value')
    .where('name', '=', 'store-id')
    .executeTakeFirstOrThrow();
  return value;
}

/** About as large as what one analysis writes. */
const PROBE_LENGTH = 100_000;

/** Writes and takes back about as much as one analysis needs; throws what keeps the store from writing. */
export async function tryToWrite(db: Kysely<Schema>): Promise<void> {
  await db
    .insertInto('facts')
    .values({ name: 'probe', value: 'x'.repeat(PROBE_LENGTH) })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value: 'x'.repeat(PROBE_LENGTH) }),
    )
    .execute();
  await db.deleteFrom('facts').where('name', '=', 'probe').execute();
}
