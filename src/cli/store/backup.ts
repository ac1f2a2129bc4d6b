import { rmSync, statSync } from 'node:fs';
import {
  checkBackup,
  checkPlaceOfBackup,
  copyDirectory,
  putInPlace,
} from '../../store/sqlite/backup-file.ts';
import type { Command } from '../command.ts';
import { parseOptions, usageFault } from '../parse-options.ts';
import { DEFAULT_SERVER, readServerOptions } from '../server/server-options.ts';
import { downloadBackup } from './download-backup.ts';

const OPTIONS = {
  server: { type: 'string' },
  'token-file': { type: 'string' },
  data: { type: 'string' },
} as const;

export const backupCommand: Command = {
  help: `Usage: canary backup FILE [--server URL] [--token-file FILE]
       canary backup FILE --data DIR

Copies the store of a running service, which goes on meanwhile, or of a data directory that no service uses, to FILE. The
copy is checked before it takes the place of FILE, so that FILE is a whole backup whatever happens.

  FILE                 where to; an earlier backup there is replaced
  --server URL         which service; default CANARY_URL, else ${DEFAULT_SERVER}
  --token-file FILE    bearer token of that service, which must have one; CANARY_TOKEN otherwise
  --data DIR           a data directory, instead of a running service

Exit codes: 0 done, 3 there is no new backup.
`,
  async run([file, ...args]) {
    if (file === undefined || file.startsWith('-'))
      throw usageFault('a file is needed', 'canary backup');
    const { data, ...options } = parseOptions('backup', OPTIONS, args);
    if (data !== undefined && Object.keys(options).length > 0)
      throw usageFault('--data takes no server and no token', 'canary backup');
    checkPlaceOfBackup(file);
    const draft = `${file}.${process.pid}.part`;
    try {
      if (data === undefined) await downloadBackup(await readServerOptions(options), draft);
      else await copyDirectory(data, draft);
      checkBackup(draft, Date.now());
      putInPlace(draft, file);
    } finally {
      rmSync(draft, { force: true });
    }
    process.stdout.write(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB, whole\n`);
    return 0;
  },
};
