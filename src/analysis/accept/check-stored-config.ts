import type { Warning } from '../../model/warning.ts';
import type { Sources } from '../../sources/registry.ts';
import { sourceOf } from '../run/series-requests.ts';
import type { Checked } from './checked.ts';
import { checkWholeConfig, type WholeConfigRules } from './check-whole-config.ts';
import { invalidRequest } from './invalid-request.ts';

/** Every problem and every doubt of a config, right or wrong; refuses and stores nothing. */
export type ValidateConfig = (document: unknown) => Promise<Checked>;

/** Checks a config that shall be stored and answers what may be meant otherwise. Fault: `invalid-request`. */
export type CheckStoredConfig = (document: unknown) => Promise<Warning[]>;

export interface ConfigChecks {
  validateConfig: ValidateConfig;
  checkStoredConfig: CheckStoredConfig;
}

/** What is valid can be stored, and nothing else: both ask the same. */
export function createConfigChecks({
  sources,
  ...rules
}: Omit<WholeConfigRules, 'sourceFor'> & { sources: Sources }): ConfigChecks {
  const sourceFor: WholeConfigRules['sourceFor'] = (query, metric) =>
    sourceOf(query, metric, undefined, sources);
  const validateConfig: ValidateConfig = (document) =>
    checkWholeConfig(document, { ...rules, sourceFor });
  return {
    validateConfig,
    async checkStoredConfig(document) {
      const { violations, warnings } = await validateConfig(document);
      if (violations.length > 0) throw invalidRequest(violations);
      return warnings;
    },
  };
}
