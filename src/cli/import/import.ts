import type { Command } from '../command.ts';
import { COPIES } from '../foreign.ts';
import { unknownWord } from '../parse-options.ts';
import { DEFAULT_SERVER } from '../server/server-options.ts';

const copies = Object.entries(COPIES).map(([name, { help }]) => ({ name, help }));
const USAGES = copies
  .map(({ name, help }) => `\n       canary import ${name} ${help.usage}`)
  .join('');
const TEXTS = copies.map(({ help }) => `${help.text}\n\n${help.options}`).join('\n\n');

export const importCommand: Command = {
  help: `Usage: canary import slo FILE${USAGES}
       canary import store FILE [--data DIR | --config FILE]

slo prints the config that takes the place of a file of another tool; what could not be kept is told on stderr.

  FILE                 a Keptn slo.yaml (.yaml, .yml, .json), as a config of ThresholdJudge-v1.0

store reads what "canary export" has written into a store without rows, all of it or nothing, before its first start.

  --data DIR           a data directory
  --config FILE        settings of the service (or CANARY_CONFIG=FILE, or DATABASE_URL): its database or its directory

${TEXTS}
  --server URL         where to copy to; default CANARY_URL, else ${DEFAULT_SERVER}
  --token-file FILE    bearer token of that server; CANARY_TOKEN otherwise
  --source-token-file FILE  bearer token of the service at URL
  --overwrite          replace what is already there

Exit codes: 0 done, 3 the file cannot be imported, or something could not be copied.
`,
  async run([kind = '', ...args]) {
    if (kind === 'slo') return (await import('./slo.ts')).importSlo(args);
    if (kind === 'store') return (await import('./store.ts')).importStore(args);
    const copy = Object.hasOwn(COPIES, kind) ? COPIES[kind] : undefined;
    if (copy !== undefined) return (await import('./copy-service.ts')).copyService(copy, args);
    throw unknownWord(kind, ['slo', 'store', ...Object.keys(COPIES)], 'canary import');
  },
};
