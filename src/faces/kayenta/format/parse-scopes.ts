import type { components } from '../../../openapi.d.ts';
import type { ScopeRequest, ScopeRequestPair } from '../../../model/analysis.ts';
import { LONGEST_MS } from '../../../model/time-limits.ts';
import { refused } from './check-start.ts';

type Schemas = components['schemas'];

/**
 * Reads the scopes with the given names; Kayenta would find missing times only when it fetches. Fault:
 * `invalid-request`.
 */
export function parseKayentaScopes(
  scopes: Record<string, Schemas['KayentaScopePair']>,
  names: string[],
): Record<string, ScopeRequestPair> {
  return Object.fromEntries(
    names.map((name) => {
      const { controlScope = {}, experimentScope = {} } = scopes[name] ?? {};
      return [name, { baseline: parseScope(controlScope), canary: parseScope(experimentScope) }];
    }),
  );
}

function parseScope(wire: Schemas['KayentaScope']): ScopeRequest {
  const { scope = '', location = '', start, end, step = 0, extendedScopeParams = {} } = wire;
  if (start === undefined) throw refused('Start time is required.');
  if (end === undefined) throw refused('End time is required.');
  if (step <= 0) throw refused('Step is required: seconds above 0.');
  if (step * 1000 > LONGEST_MS) throw refused(`Step must not be ${step} seconds.`);
  const times = { startAt: Date.parse(start), endAt: Date.parse(end), stepSeconds: step };
  if (times.endAt < times.startAt) throw refused('End time must not be before start time.');
  return { scope, location, parameters: { ...extendedScopeParams }, offsetMs: 0, times };
}
