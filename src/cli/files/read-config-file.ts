import { checkConfigForm, warnOfConfig } from '../../analysis/accept/check-config.ts';
import { checkExtends } from '../../analysis/profiles.ts';
import { Fault, type Violation } from '../../errors.ts';
import type { CanaryConfig } from '../../model/config.ts';
import { parseConfig } from '../../model/native-format.ts';
import { expandConfig } from '../../packs/expand-config.ts';
import type { components } from '../../openapi.d.ts';
import { formatOfConfig } from '../foreign.ts';
import { noteWarnings } from '../terminal.ts';
import { loadContractOnce } from './load-contract-once.ts';
import { readDocument } from './read-document.ts';

type Schemas = components['schemas'];

/**
 * Reads a config in the native form, or in another tool's, which its own fields give away; what may mean
 * something else than it says is told on stderr.
 */
export async function readConfigFile(file: string): Promise<CanaryConfig> {
  const document = await readDocument('config', file);
  const config = await parseConfigDocument(`config "${file}"`, document);
  if (formatOfConfig(document) === undefined) {
    noteWarnings(warnOfConfig((await expandConfig(document as Schemas['CanaryConfig'])).config));
  }
  return config;
}

/** The config of a document that is already there; `subject` is its name in faults. */
export async function parseConfigDocument(
  subject: string,
  document: unknown,
): Promise<CanaryConfig> {
  const config =
    formatOfConfig(document)?.parseConfig(document) ?? (await parseNative(subject, document));
  refuseTwins(subject, config);
  return config;
}

/** A judge finds a metric by its name, so that of two only the first would count. */
function refuseTwins(subject: string, { metrics }: CanaryConfig): void {
  const names = metrics.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin === undefined) return;
  throw new Fault('invalid-config', `${subject} has two metrics "${twin}": give each its own name`);
}

/** Another tool's form needs no contract. */
async function parseNative(subject: string, document: unknown): Promise<CanaryConfig> {
  const contract = await loadContractOnce();
  const violations: Violation[] = contract.checkSchema('CanaryConfig', document);
  if (violations.length === 0) {
    const { config, violations: packed } = await expandConfig(document as Schemas['CanaryConfig']);
    violations.push(...checkExtends(config, {}));
    violations.push(...(packed.length > 0 ? packed : checkConfigForm(config, Infinity)));
    if (violations.length === 0) return parseConfig(config);
  }
  const rules = violations.length === 1 ? '1 rule' : `${violations.length} rules`;
  throw new Fault('invalid-config', `${subject} breaks ${rules}`, { violations });
}
