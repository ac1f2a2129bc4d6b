import { basename } from 'node:path';
import { Fault } from '../../errors.ts';
import { parseSlo } from '../../judges/threshold/parse-slo.ts';
import { usageFault } from '../parse-options.ts';
import { readDocument } from '../files/read-document.ts';
import { note } from '../terminal.ts';

/** Prints the config that takes the place of an SLO file, and on stderr what could not be kept. */
export async function importSlo([file, ...others]: string[]): Promise<number> {
  if (file === undefined || others.length > 0)
    throw usageFault('one file is needed', 'canary import');
  const { config, notes } = parseSlo(await readDocument('SLO file', file), configName(file));
  for (const text of notes) note(`canary: ${text}`);
  process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
  return 0;
}

/** The file's own name, as far as names of configs allow. */
function configName(file: string): string {
  const name = basename(file)
    .replace(/\.\w+$/, '')
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  if (name !== '') return name;
  throw new Fault('invalid-request', `SLO file "${file}" needs a name with a letter or a digit`);
}
