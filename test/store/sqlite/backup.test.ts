import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { examineDatabase, type Check } from '../../../src/store/sqlite/examine-database.ts';
import {
  checkPlaceOfBackup,
  copyDirectory,
  restoreBackup,
} from '../../../src/store/sqlite/backup-file.ts';
import { createSqliteStore, type SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { claimed, RESULT, settlementOf, stored, T0 } from '../../support/stored-analysis.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOW = T0 + 3_600_000;
const never = new AbortController().signal;

async function opened<T>(directory: string, use: (store: SqliteStore) => Promise<T>): Promise<T> {
  const store = await createSqliteStore({ directory });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** A directory with a store in it, and a backup of that. */
async function backedUp() {
  const directory = temporaryDirectory();
  const data = join(directory.path, 'data');
  const file = join(directory.path, 'backup.db');
  const { id, storeId } = await opened(data, async (store) => ({
    id: (await stored(store)).id,
    storeId: await store.id(),
  }));
  await copyDirectory(data, file);
  return { directory, data, file, id, storeId };
}

test('a copy that is taken while others write is one moment of the store, and sums to its digest', async () => {
  using directory = temporaryDirectory();
  await opened(directory.path, async (store) => {
    for (let at = 0; at < 60; at += 1) await store.samples.append('s', at, 'x'.repeat(100_000));
    const world = { isTaken: false };
    let written = 0;
    const writing = (async () => {
      // always first, then second: one moment has at most one more of the first
      for (; !world.isTaken; written += 1) {
        await store.samples.append('first', written, 'y'.repeat(3000));
        await store.samples.append('second', written, 'z'.repeat(3000));
      }
    })();
    const { bytes, sha256, content } = await store.takeBackup(never);
    const whole = await buffer(content);
    world.isTaken = true;
    await writing;
    assert.ok(written > 0, 'nobody wrote meanwhile');
    assert.equal(whole.length, bytes);
    assert.equal(createHash('sha256').update(whole).digest('base64'), sha256);
    const file = join(directory.path, 'copy.db');
    writeFileSync(file, whole);
    assert.deepEqual(levels(examineDatabase(file, 'whole', NOW)), []);
    using copy = new DatabaseSync(file, { readOnly: true });
    const counts = copy
      .prepare(
        `SELECT count(*) FILTER (WHERE stream = 'first') AS first,
        count(*) FILTER (WHERE stream = 'second') AS second FROM samples`,
      )
      .get() as { first: number; second: number };
    assert.ok([0, 1].includes(counts.first - counts.second), JSON.stringify(counts));
  });
  assert.deepEqual(
    readdirSync(directory.path).filter((name) => /backup/.test(name)),
    [],
  );
});

test('one copy is made at a time, and one that is given up leaves nothing and lets the store close', async () => {
  using directory = temporaryDirectory();
  await opened(directory.path, async (store) => {
    for (let at = 0; at < 30; at += 1) await store.samples.append('s', at, 'x'.repeat(100_000));
    const stop = new AbortController();
    const first = store.takeBackup(stop.signal);
    await assert.rejects(store.takeBackup(never), { code: 'conflict' });
    stop.abort();
    await assert.rejects(first, { code: 'shutting-down' });
    (await store.takeBackup(never)).content.destroy();
  });
  assert.deepEqual(readdirSync(directory.path), ['canary.db']);
});

test('a restored store has all, under an id of its own', async () => {
  const { directory, file, id, storeId } = await backedUp();
  using _ = directory;
  const home = join(directory.path, 'new', 'data');
  assert.equal(await restoreBackup({ file, directory: home, replace: false, now: NOW }), undefined);
  assert.deepEqual(readdirSync(home), ['canary.db']);
  await opened(home, async (store) => {
    assert.equal((await store.analyses.get(id))?.id, id);
    assert.notEqual(await store.id(), storeId);
  });
});

test('a store that has something is kept, unless it is to be replaced: then it is kept aside', async () => {
  const { directory, data, file, id } = await backedUp();
  using _ = directory;
  const { id: later } = await opened(data, (store) => stored(store));
  const restore = (replace: boolean) => restoreBackup({ file, directory: data, replace, now: NOW });
  await assert.rejects(restore(false), { code: 'conflict', message: /--replace/ });
  const aside = await restore(true);
  await opened(data, async (store) => {
    assert.equal((await store.analyses.get(id))?.id, id);
    assert.equal(await store.analyses.get(later), undefined);
  });
  assert.deepEqual(levels(examineDatabase(aside!, 'whole', NOW)), []);
  assert.equal(
    await restoreBackup({ file: aside!, directory: data, replace: true, now: NOW + 1 }),
    `${data}/canary.db.replaced-20250615T160640001Z`,
  );
  await opened(data, async (store) => assert.ok(await store.analyses.get(later)));
});

test('a store that nobody has used is replaced without a word', async () => {
  const { directory, file, id } = await backedUp();
  using _ = directory;
  const home = join(directory.path, 'fresh');
  await opened(home, (store) => store.ping());
  await restoreBackup({ file, directory: home, replace: false, now: NOW });
  await opened(home, async (store) => assert.ok(await store.analyses.get(id)));
});

test('nothing is restored over a store in use, and nothing is copied from one', async () => {
  const { directory, data, file } = await backedUp();
  using _ = directory;
  await opened(data, async () => {
    const locked = { code: 'data-directory-locked' };
    await assert.rejects(restoreBackup({ file, directory: data, replace: true, now: NOW }), locked);
    await assert.rejects(copyDirectory(data, `${file}.2`), locked);
  });
  await opened(data, (store) => store.ping());
});

test('the log of a store that was killed is copied with it, and never read into another', async () => {
  const { directory, file, id } = await backedUp();
  using _ = directory;
  const killed = join(directory.path, 'killed');
  const { id: last } = await opened(killed, async (store) => {
    const analysis = await stored(store);
    for (const name of ['canary.db', 'canary.db-wal'])
      copyFileSync(join(killed, name), join(directory.path, name));
    return analysis;
  });
  for (const name of ['canary.db', 'canary.db-wal'])
    copyFileSync(join(directory.path, name), join(killed, name)); // as kill -9 leaves it
  const copy = join(directory.path, 'killed.db');
  assert.deepEqual(levels(examineDatabase(join(killed, 'canary.db'), 'whole', NOW)), []);
  await copyDirectory(join(killed), copy);
  await restoreBackup({
    file: copy,
    directory: join(directory.path, 'a'),
    replace: false,
    now: NOW,
  });
  await opened(join(directory.path, 'a'), async (store) =>
    assert.ok(await store.analyses.get(last)),
  );

  const home = join(directory.path, 'b');
  await opened(home, (store) => store.ping());
  copyFileSync(join(directory.path, 'canary.db-wal'), join(home, 'canary.db-wal'));
  await restoreBackup({ file, directory: home, replace: true, now: NOW });
  await opened(home, async (store) => {
    assert.ok(await store.analyses.get(id));
    assert.equal(await store.analyses.get(last), undefined);
  });
});

test('what is no whole backup is never restored, and what was there stays', async () => {
  const { directory, data, file } = await backedUp();
  using _ = directory;
  const home = join(directory.path, 'home');
  const whole = readFileSync(file);
  const cases: Record<string, [Buffer | undefined, RegExp]> = {
    missing: [undefined, /no such file/],
    empty: [Buffer.alloc(0), /is empty/],
    foreign: [Buffer.from('no database at all, however long'.repeat(200)), /not a database/],
    cut: [whole.subarray(0, whole.length / 2), /damaged|malformed|cannot be read/],
    damaged: [damage(whole), /damaged/],
  };
  for (const [name, [content, message]] of Object.entries(cases)) {
    const broken = join(directory.path, name);
    if (content !== undefined) writeFileSync(broken, content);
    const restore = restoreBackup({ file: broken, directory: home, replace: true, now: NOW });
    await assert.rejects(restore, { code: 'store-unavailable', message }, name);
    assert.ok(!existsSync(home), name);
  }
  await opened(data, (store) => store.ping());
});

test('a backup takes the place of no store', () => {
  using directory = temporaryDirectory();
  const refused = { code: 'invalid-request' };
  assert.throws(() => checkPlaceOfBackup(join(directory.path, 'canary.db')), refused);
  writeFileSync(join(directory.path, 'other.db-wal'), '');
  assert.throws(() => checkPlaceOfBackup(join(directory.path, 'other.db')), refused);
  assert.throws(() => checkPlaceOfBackup(join(directory.path, 'nowhere', 'backup.db')), refused);
  checkPlaceOfBackup(join(directory.path, 'backup.db'));
});

const WRONGS: Record<string, { sql: string; name: string; level: string }> = {
  'an analysis that waits for nothing': {
    sql: 'UPDATE executions SET claimable_at = NULL',
    name: 'unfinished',
    level: 'fail',
  },
  'a verdict without its result': {
    sql: 'DELETE FROM execution_results',
    name: 'results',
    level: 'fail',
  },
  'series of a claim that was lost': {
    sql: 'UPDATE execution_pairs SET attempt = 7',
    name: 'series',
    level: 'warn',
  },
  'an event that is never sent': {
    sql: `INSERT INTO deliveries (id, analysis_id, event, sequence, url, secret, state, created_at, next_attempt_at, attempts, body)
      SELECT 'd', id, 'analysis.completed', 1, 'u', 's', 'pending', 0, 0, 0, '{}' FROM analyses LIMIT 1`,
    name: 'deliveries',
    level: 'fail',
  },
  'a name of no object': {
    sql: "INSERT INTO object_names (kind, name, id) VALUES ('k', 'n', 'i')",
    name: 'names',
    level: 'warn',
  },
  'a row without what it refers to': {
    sql: 'PRAGMA foreign_keys = OFF; DELETE FROM executions; PRAGMA foreign_keys = ON',
    name: 'references',
    level: 'fail',
  },
  'rows of a time to come': {
    sql: `UPDATE analyses SET created_at = ${NOW + 86_400_000}`,
    name: 'clock',
    level: 'warn',
  },
  'a migration that is not known': {
    sql: "INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', 'x')",
    name: 'schema',
    level: 'warn',
  },
  'a migration that one has to know': {
    sql: "INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', 'x'); UPDATE facts SET value = '9999-later' WHERE name = 'needed-migration'",
    name: 'schema',
    level: 'fail',
  },
  'a migration that is missing': {
    sql: "DELETE FROM kysely_migration WHERE name = '0021-facts'",
    name: 'schema',
    level: 'warn',
  },
};

for (const [what, { sql, name, level }] of Object.entries(WRONGS)) {
  test(`the doctor sees ${what}, and nothing else`, async () => {
    using directory = temporaryDirectory();
    await opened(directory.path, async (store) => {
      await stored(store);
      const claim = await claimed(store);
      assert.ok(await store.executions.settle(settlementOf(claim)));
      assert.ok(RESULT.pairs.length > 0);
    });
    const file = join(directory.path, 'canary.db');
    assert.deepEqual(levels(examineDatabase(file, 'whole', NOW)), []);
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    const found = examineDatabase(file, 'whole', NOW);
    assert.ok(
      levels(found).some((check) => check.name === name && check.level === level),
      JSON.stringify(found),
    );
    const others = levels(found).filter((check) => check.name !== name);
    assert.deepEqual(name === 'references' ? [] : others, []);
  });
}

test('a store in use is not looked at, and the doctor says so', async () => {
  using directory = temporaryDirectory();
  await opened(directory.path, async () => {
    // a lock of this process is only seen by another connection
    const [check] = examineDatabase(join(directory.path, 'canary.db'), 'quick', NOW);
    assert.equal(check?.level, 'warn');
    assert.match(check?.message ?? '', /in use by another process/);
  });
  assert.ok(statSync(join(directory.path, 'canary.db')).size > 0);
});

/** The same file with a page in its middle that holds noise. */
function damage(whole: Buffer): Buffer {
  const copy = Buffer.from(whole);
  const page = 4096 * Math.floor(whole.length / 8192);
  copy.fill(0x5a, page, page + 4096);
  return copy;
}

function levels(checks: readonly Check[]): Pick<Check, 'name' | 'level'>[] {
  return checks.filter(({ level }) => level !== 'ok').map(({ name, level }) => ({ name, level }));
}
