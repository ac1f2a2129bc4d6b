import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { SERVED, testSql } from './sql-cases.ts';

const BUCKET = 'floor((ts - ${start}) / ${step}) * ${step} + ${start}';

testSql({
  name: 'SQLite',
  skip: false,
  async start() {
    const directory = temporaryDirectory();
    const path = join(directory.path, 'load.db');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE req (ts REAL, version TEXT, host TEXT, status INT, seconds REAL)');
    const insert = database.prepare('INSERT INTO req VALUES (?, ?, ?, ?, ?)');
    for (const { at, version, host, status, seconds } of SERVED) {
      insert.run(at / 1000, version, host, status, seconds);
    }
    database.close();
    return {
      account: { url: pathToFileURL(path).href },
      stop: async () => directory[Symbol.dispose](),
    };
  },
  counts: `
    SELECT ${BUCKET} AS time, host, count(*) AS requests, sum(status >= 500) AS errors
    FROM req WHERE ts >= \${start} AND ts < \${end} AND version = '\${scope}' GROUP BY 1, 2 ORDER BY 1`,
  mean: `
    SELECT ${BUCKET} AS time, avg(seconds) AS value
    FROM req WHERE ts >= \${start} AND ts < \${end} AND version = \${scope} GROUP BY 1`,
  numbers: 'SELECT ${start} AS time, 24 AS a, 2.5 AS b, 4611686018427387904 AS c, NULL AS d',
});
