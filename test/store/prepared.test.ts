import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepared } from '../../src/store/prepared.ts';
import type { FactRow } from '../../src/store/schema.ts';
import { openSqliteDatabase } from '../../src/store/sqlite/sqlite-database.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('builds a query once, and fills in the values of each call', async () => {
  using directory = temporaryDirectory();
  const { db } = await openSqliteDatabase(directory.path);
  let built = 0;
  const insert = prepared((builder, row: FactRow) => {
    built += 1;
    return builder.insertInto('facts').values(row);
  });
  const select = prepared((builder, { name }: { name: string }) =>
    builder.selectFrom('facts').select('value').where('name', '=', name),
  );
  await insert(db, { name: 'first', value: '1' });
  await db.transaction().execute(async (trx) => {
    await insert(trx, { name: 'second', value: '2' });
  });
  assert.equal(built, 1);
  const valueOf = async (name: string) => (await select(db, { name })).rows[0]?.value;
  assert.equal(await valueOf('first'), '1');
  assert.equal(await valueOf('second'), '2');
  assert.equal(await valueOf("'; --"), undefined);
  await db.destroy();
});

test('builds it anew for another database, whose SQL may differ', async () => {
  using one = temporaryDirectory();
  using two = temporaryDirectory();
  let built = 0;
  const select = prepared((builder) => {
    built += 1;
    return builder.selectFrom('duties').selectAll();
  });
  for (const { path } of [one, two]) {
    const { db } = await openSqliteDatabase(path);
    assert.deepEqual((await select(db, {})).rows, []);
    await db.destroy();
  }
  assert.equal(built, 2);
});
