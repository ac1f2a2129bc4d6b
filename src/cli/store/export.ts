import { rmSync, statSync } from 'node:fs';
import { checkPlaceOfBackup, putInPlace } from '../../store/sqlite/backup-file.ts';
import type { Command } from '../command.ts';
import { parseOptions, usageFault } from '../parse-options.ts';
import { readStoreSettings } from './read-directory.ts';

const OPTIONS = { data: { type: 'string' }, config: { type: 'string' } } as const;

export const exportCommand: Command = {
  help: `Usage: canary export FILE [--data DIR | --config FILE]

Writes every row of a store whose processes are stopped to FILE, for "canary import store" on another engine: from a data
directory to a PostgreSQL, or back. Analyses that run go on where they are imported, and events that wait are sent from there:
do not start the processes of the old store again. A copy of an embedded store for itself is what "canary backup" makes.

  FILE                 where to; an earlier export there is replaced
  --data DIR           a data directory
  --config FILE        settings of the service (or CANARY_CONFIG=FILE, or DATABASE_URL): its database or its directory

Exit codes: 0 done, 3 there is no new export.
`,
  async run([file, ...args]) {
    if (file === undefined || file.startsWith('-'))
      throw usageFault('a file is needed', 'canary export');
    const settings = await readStoreSettings('export', parseOptions('export', OPTIONS, args));
    checkPlaceOfBackup(file);
    const draft = `${file}.${process.pid}.part`;
    try {
      const { exportTo } = await import('../../compose/move-store.ts');
      const rows = await exportTo(draft, settings);
      putInPlace(draft, file);
      const megabytes = (statSync(file).size / 1e6).toFixed(1);
      process.stdout.write(`${file}: ${rows} rows, ${megabytes} MB\n`);
    } finally {
      rmSync(draft, { force: true });
    }
    return 0;
  },
};
