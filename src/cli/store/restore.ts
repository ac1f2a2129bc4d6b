import { restoreBackup } from '../../store/sqlite/backup-file.ts';
import type { Command } from '../command.ts';
import { parseOptions, usageFault } from '../parse-options.ts';
import { readDirectory } from './read-directory.ts';

const OPTIONS = {
  data: { type: 'string' },
  config: { type: 'string' },
  replace: { type: 'boolean' },
} as const;

export const restoreCommand: Command = {
  help: `Usage: canary restore FILE [--data DIR | --config FILE] [--replace]

Checks a backup and makes it the store of a data directory that no service uses. It gets an id of its own, so that it may
run beside the original: neither takes jobs of the other from a Redis that they share.

  FILE                 what "canary backup" has written
  --data DIR           the data directory; that of the settings otherwise
  --config FILE        settings of the service (or CANARY_CONFIG=FILE)
  --replace            keep a store that is there aside, under a name that is told

Exit codes: 0 done, 3 nothing was changed.
`,
  async run([file, ...args]) {
    if (file === undefined || file.startsWith('-'))
      throw usageFault('a backup is needed', 'canary restore');
    const { replace = false, ...options } = parseOptions('restore', OPTIONS, args);
    const directory = await readDirectory('restore', options);
    const aside = await restoreBackup({ file, directory, replace, now: Date.now() });
    process.stdout.write(`${directory} has the store of ${file}\n`);
    if (aside !== undefined) process.stdout.write(`the one before is ${aside}\n`);
    return 0;
  },
};
