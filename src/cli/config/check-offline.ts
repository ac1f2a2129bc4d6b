import type { Checked } from '../../analysis/accept/checked.ts';
import { checkWholeConfig } from '../../analysis/accept/check-whole-config.ts';
import { createJudges } from '../../judges/registry.ts';
import { offlineSource } from '../../sources/check-offline.ts';
import { parseConfigDocument } from '../files/read-config-file.ts';
import { loadContractOnce } from '../files/load-contract-once.ts';
import { formatOfConfig } from '../foreign.ts';
import { toFault } from '../../errors.ts';

/** What a service would say of a config, as far as that can be told without its accounts and limits. */
export async function checkConfigOffline(document: unknown, file: string): Promise<Checked> {
  if (formatOfConfig(document) !== undefined) return checkForeign(document, file);
  const contract = await loadContractOnce();
  return checkWholeConfig(document, {
    checkSchema: (value) => contract.checkSchema('CanaryConfig', value),
    sourceFor: offlineSource,
    judges: createJudges(),
    maxMetrics: Infinity,
  });
}

/** Another tool's form is read by its own reader, which tells one problem. */
async function checkForeign(document: unknown, file: string): Promise<Checked> {
  try {
    await parseConfigDocument(`config "${file}"`, document);
    return { violations: [], warnings: [] };
  } catch (error) {
    const { message, violations } = toFault(error);
    return {
      violations: violations.length > 0 ? violations : [{ pointer: '', message }],
      warnings: [],
    };
  }
}
