import { Fault, type Violation } from '../../errors.ts';
import type { CanaryConfig } from '../../model/config.ts';
import { parseConfig, type ExpandedConfig } from '../../model/native-format.ts';
import type { Warning } from '../../model/warning.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import { expandConfig } from '../../packs/expand-config.ts';
import type { AnalysisLimits } from '../limits.ts';
import { checkConfigForm, warnOfConfig } from './check-config.ts';
import { below } from './checked.ts';
import { invalidRequest } from './invalid-request.ts';

type Schemas = components['schemas'];

export interface ResolvedConfig {
  config: CanaryConfig;
  /** Of a stored one: which of its versions this is. */
  version?: number;
  warnings: Warning[];
}

/** The config of a request: stored under the name it gives, or sent in full. */
export async function resolveConfig(
  given: Schemas['AnalysisRequest']['config'],
  store: Store,
  limits: Pick<AnalysisLimits, 'maxMetrics'>,
): Promise<ResolvedConfig> {
  if (typeof given === 'string') {
    const stored = await store.configs.get(given);
    if (stored === undefined) throw unknownConfig(given);
    const wire = await expanded(stored.document as Schemas['CanaryConfig']); // was checked when it was stored
    return { config: parseConfig(wire), version: stored.version, warnings: warningsOf(wire) };
  }
  const wire = await expanded(given);
  refuse(checkConfigForm(wire, limits.maxMetrics));
  return { config: parseConfig(wire), warnings: warningsOf(wire) };
}

/** A pack that was there when the config was stored may be gone in another version of the service. */
async function expanded(wire: Schemas['CanaryConfig']): Promise<ExpandedConfig> {
  const { config, violations } = await expandConfig(wire);
  refuse(violations);
  return config;
}

function refuse(violations: Violation[]): void {
  if (violations.length === 0) return;
  throw invalidRequest(below('/config', { violations, warnings: [] }).violations);
}

function warningsOf(wire: ExpandedConfig): Warning[] {
  return below('/config', { violations: [], warnings: warnOfConfig(wire) }).warnings;
}

function unknownConfig(name: string): Fault {
  return new Fault(
    'not-found',
    `there is no config "${name}": store it first, or send it in full`,
    { subject: `config "${name}"` },
  );
}
