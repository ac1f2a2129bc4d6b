import { after } from 'node:test';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { storeContract } from '../../contracts/store.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const directory = temporaryDirectory();
after(() => directory[Symbol.dispose]());

storeContract('SQLite', () => createSqliteStore({ directory: directory.path }));
