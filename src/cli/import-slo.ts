import { basename } from 'node:path';
import { Fault } from '../errors.ts';
import { parseSlo } from '../judges/threshold/parse-slo.ts';
import type { Command } from './command.ts';
import { usageFault } from './parse-options.ts';
import { readDocument } from './read-document.ts';
import { note } from './terminal.ts';

export const importCommand: Command = {
  help: `Usage: canary import slo FILE

Prints the config that takes the place of a file of another tool; what could not be kept is told on stderr.

  slo FILE          a Keptn slo.yaml (.yaml, .yml, .json), as a config of ThresholdJudge-v1.0

Exit codes: 0 done, 3 the file cannot be imported.
`,
  async run(args) {
    const [kind, file, ...others] = args;
    if (kind !== 'slo' || file === undefined || others.length > 0) {
      throw usageFault('"slo" and one file are needed', 'canary import');
    }
    const { config, notes } = parseSlo(await readDocument('SLO file', file), configName(file));
    for (const text of notes) note(`canary: ${text}`);
    process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
    return 0;
  },
};

/** The file's own name, as far as names of configs allow. */
function configName(file: string): string {
  const name = basename(file)
    .replace(/\.\w+$/, '')
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  if (name !== '') return name;
  throw new Fault('invalid-request', `SLO file "${file}" needs a name with a letter or a digit`);
}
