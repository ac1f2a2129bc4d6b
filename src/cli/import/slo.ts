import { basename } from 'node:path';
import { checkConfigForm } from '../../analysis/accept/check-config.ts';
import { Fault, type Violation } from '../../errors.ts';
import { loadContractOnce } from '../files/load-contract-once.ts';
import { parseSlo } from '../../judges/threshold/parse-slo.ts';
import { usageFault } from '../parse-options.ts';
import { readDocument } from '../files/read-document.ts';
import { note } from '../terminal.ts';

const LONGEST_NAME = 200;

/** Prints the config that takes the place of an SLO file, and on stderr what could not be kept. */
export async function importSlo([file, ...others]: string[]): Promise<number> {
  if (file === undefined || others.length > 0)
    throw usageFault('one file is needed', 'canary import');
  const { config, notes } = parseSlo(await readDocument('SLO file', file), configName(file));
  const violations = (await loadContractOnce()).checkSchema('CanaryConfig', config);
  refuseUnusable(file, violations.length > 0 ? violations : checkConfigForm(config, Infinity));
  for (const text of notes) note(`canary: ${text}`);
  process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
  return 0;
}

/** A service that refuses what was printed here would leave its author alone with it. */
function refuseUnusable(file: string, violations: Violation[]): void {
  if (violations.length === 0) return;
  const text = `SLO file "${file}" cannot be imported: the config that it makes breaks rules of the service`;
  throw new Fault('invalid-config', text, { violations });
}

/** The file's own name, as far as names of configs allow. */
function configName(file: string): string {
  const name = basename(file)
    .replace(/\.\w+$/, '')
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  if (name !== '') return name.slice(0, LONGEST_NAME);
  throw new Fault('invalid-request', `SLO file "${file}" needs a name with a letter or a digit`);
}
