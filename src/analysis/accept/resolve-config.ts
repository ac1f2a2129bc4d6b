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
import { checkExtends, extendConfig, profileOf, type Profile, type Profiles } from '../profiles.ts';
import { invalidRequest } from './invalid-request.ts';

type Schemas = components['schemas'];

export interface ResolvedConfig {
  config: CanaryConfig;
  /** Of a stored one: which of its versions this is. */
  version?: number;
  warnings: Warning[];
  /** What it extends, for what a request leaves out. */
  profile?: Profile;
}

export interface ConfigRules extends Pick<AnalysisLimits, 'maxMetrics'> {
  profiles: Profiles;
}

/** The config of a request: stored under the name it gives, or sent in full. */
export async function resolveConfig(
  given: Schemas['AnalysisRequest']['config'],
  store: Store,
  rules: ConfigRules,
): Promise<ResolvedConfig> {
  if (typeof given === 'string') {
    const stored = await store.configs.get(given);
    if (stored === undefined) throw unknownConfig(given);
    const wire = await expanded(stored.document as Schemas['CanaryConfig'], rules); // was checked when it was stored
    return { ...resolved(wire, rules), version: stored.version };
  }
  const wire = await expanded(given, rules);
  refuse(checkConfigForm(wire, rules.maxMetrics));
  return resolved(wire, rules);
}

function resolved(wire: ExpandedConfig, { profiles }: ConfigRules): ResolvedConfig {
  const profile = profileOf(wire, profiles);
  return {
    config: parseConfig(wire),
    warnings: warningsOf(wire),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** A profile or a pack that was there when the config was stored may be gone in another version of the service. */
async function expanded(
  wire: Schemas['CanaryConfig'],
  { profiles }: ConfigRules,
): Promise<ExpandedConfig> {
  refuse(checkExtends(wire, profiles));
  const { config, violations } = await expandConfig(extendConfig(wire, profiles));
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
