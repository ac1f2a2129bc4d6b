import type { Command } from '../command.ts';
import { parseOptions } from '../parse-options.ts';
import { readSettings } from './read-directory.ts';

const OPTIONS = { config: { type: 'string' } } as const;

export const migrateCommand: Command = {
  help: `Usage: canary migrate [--config FILE]

Brings the store to the schema of this version and ends, as each start does: before the first process of a new version is
started, or where only this command may change the schema. Of several at once one does it.

  --config FILE        settings of the service (or CANARY_CONFIG=FILE): its database or its directory

Exit codes: 0 the store has the schema of this version, 3 it has not.
`,
  async run(args) {
    const settings = await readSettings(parseOptions('migrate', OPTIONS, args));
    const { migrateStore } = await import('../../compose/migrate-store.ts');
    const name = await migrateStore(settings);
    process.stdout.write(`the store has the schema of "${name}"\n`);
    return 0;
  },
};
