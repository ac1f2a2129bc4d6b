// A child process that owns a data directory: says `open`, then the id of each analysis once it is stored.
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { stored } from '../../support/stored-analysis.ts';

const store = await createSqliteStore({ directory: process.argv[2]! });
process.stdout.write('open\n');
while (process.argv[3] === 'write') {
  const { id } = await stored(store);
  process.stdout.write(`${id}\n`);
}
setInterval(() => undefined, 1000);
