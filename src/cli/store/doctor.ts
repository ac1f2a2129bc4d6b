import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkRoom, examineDatabase, type Check } from '../../store/sqlite/examine-database.ts';
import { FILE_NAME } from '../../store/sqlite/database-file.ts';
import type { Command } from '../command.ts';
import { CHECK_CODES } from '../exit-codes.ts';
import { parseOptions, usageFault } from '../parse-options.ts';
import { readSettings } from './read-directory.ts';

const OPTIONS = {
  data: { type: 'string' },
  config: { type: 'string' },
  backup: { type: 'string' },
  output: { type: 'string' },
} as const;

export const doctorCommand: Command = {
  help: `Usage: canary doctor [--config FILE] [--output text|json]
       canary doctor --data DIR | --backup FILE [--output text|json]

Looks at the store of a data directory and at the metric sources of the settings, and prints a line for each thing: ok,
warn or fail. It changes nothing. A store that a service uses cannot be looked at: look at a backup of it.

  --config FILE        settings of the service (or CANARY_CONFIG=FILE): its directory and its sources
  --data DIR           a data directory alone
  --backup FILE        a backup alone
  --output FORMAT      text (default) or json

Exit codes: 0 all is well, 1 something failed, 2 something is worth a look, 3 nothing could be looked at.
`,
  async run(args) {
    const { output = 'text', ...options } = parseOptions('doctor', OPTIONS, args);
    if (output !== 'text' && output !== 'json')
      throw usageFault(`--output got "${output}", where text or json is needed`, 'canary doctor');
    const checks = await look(options);
    process.stdout.write(output === 'json' ? inJson(checks) : inText(checks));
    return CHECK_CODES[worst(checks)];
  },
};

interface Places {
  data?: string | undefined;
  config?: string | undefined;
  backup?: string | undefined;
}

async function look({ data, config, backup }: Places): Promise<Check[]> {
  if ([data, config, backup].filter((place) => place !== undefined).length > 1)
    throw usageFault('--data, --config and --backup exclude each other', 'canary doctor');
  if (backup !== undefined) return ofFile(backup);
  if (data !== undefined) return ofDirectory(data);
  const settings = await readSettings({ config });
  const { probeAccounts } = await import('../../compose/probe-accounts.ts');
  const accounts = await probeAccounts(settings);
  return [
    // a PostgreSQL has an operator, and tools, of its own
    ...(settings.database.url === undefined ? ofDirectory(settings.data.directory) : []),
    ...accounts.map(({ account, trouble }): Check => ({
      name: `source ${account}`,
      level: trouble === undefined ? 'ok' : 'fail',
      message: trouble ?? 'answers',
    })),
  ];
}

function ofDirectory(directory: string): Check[] {
  const file = join(directory, FILE_NAME);
  if (existsSync(file)) return [...ofFile(file), checkRoom(directory)];
  const message = `${file} does not exist: the first start makes it`;
  return [{ name: 'file', level: 'warn', message }];
}

function ofFile(file: string): Check[] {
  return examineDatabase(file, 'whole', Date.now());
}

function worst(checks: readonly Check[]): Check['level'] {
  const has = (level: Check['level']) => checks.some((check) => check.level === level);
  return has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok';
}

function inJson(checks: readonly Check[]): string {
  return `${JSON.stringify({ level: worst(checks), checks }, null, 2)}\n`;
}

function inText(checks: readonly Check[]): string {
  return checks
    .map(({ name, level, message }) => `${level.padEnd(4)} ${name}: ${message}\n`)
    .join('');
}
