import { Fault } from '../../../errors.ts';
import type { SeriesRequest } from '../../source.ts';

/** Names under which New Relic and SignalFx know what Kayenta calls scope and location. */
export interface ScopeKeys {
  /** Of the account, where a request names none. */
  scopeKey?: string | undefined;
  locationKey?: string | undefined;
}

/** Scope, location and further parameters as pairs of name and value; names with `_` in front are no filters. */
export interface ScopeFilters {
  scope: [key: string, value: string];
  location: [key: string, value: string] | undefined;
  more: [key: string, value: string][];
}

/** Reads them from a request as Kayenta does; its users know the words of the fault. */
export function scopeFilters(
  { scope }: SeriesRequest,
  account: ScopeKeys,
  vendor: string,
): ScopeFilters {
  const { parameters } = scope;
  const scopeKey = parameters['_scope_key'] ?? account.scopeKey;
  const locationKey = parameters['_location_key'] ?? account.locationKey;
  if (scopeKey === undefined) {
    const text = `The ${vendor} account must define a default scope key or it must be supplied in the extendedScopeParams in the \`_scope_key\` key`;
    throw new Fault('invalid-query', text);
  }
  return {
    scope: [scopeKey, scope.scope],
    location: locationKey === undefined ? undefined : [locationKey, scope.location],
    more: Object.entries(parameters).filter(([name]) => !name.startsWith('_')),
  };
}

/** Keys that the options of an account hold as texts. */
export function textOption(
  options: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string | undefined {
  const value = options?.[name];
  return typeof value === 'string' ? value : undefined;
}
