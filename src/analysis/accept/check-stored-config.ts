import { parseConfig } from '../../model/native-format.ts';
import type { Warning } from '../../model/warning.ts';
import type { components } from '../../openapi.d.ts';
import { expandConfig } from '../../packs/expand-config.ts';
import type { Sources } from '../../sources/registry.ts';
import { checkConfigForm, warnOfConfig } from './check-config.ts';
import { checkQueryTexts } from './check-query-texts.ts';
import { invalidRequest } from './invalid-request.ts';

/** Checks a config that shall be stored and answers what may be meant otherwise. Fault: `invalid-request`. */
export type CheckStoredConfig = (
  config: components['schemas']['CanaryConfig'],
) => Promise<Warning[]>;

export function createCheckStoredConfig(sources: Sources, maxMetrics: number): CheckStoredConfig {
  return async (given) => {
    const { config, violations } = await expandConfig(given);
    if (violations.length === 0) violations.push(...checkConfigForm(config, maxMetrics));
    if (violations.length > 0) throw invalidRequest(violations);
    const texts = await checkQueryTexts(parseConfig(config), { sources });
    if (texts.violations.length > 0) throw invalidRequest(texts.violations);
    return [...warnOfConfig(config), ...texts.warnings];
  };
}
