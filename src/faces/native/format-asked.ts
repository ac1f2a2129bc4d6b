import type { AnalysisSnapshot, Callback } from '../../model/analysis.ts';
import type { QueryText } from '../../model/query-text.ts';
import { shownAddress } from '../../model/receiver/receiver.ts';
import type { components } from '../../openapi.d.ts';
import { optional } from './wire.ts';

type Schemas = components['schemas'];

type Asked = Pick<
  Schemas['Analysis'],
  'configVersion' | 'warnings' | 'queries' | 'runbook' | 'owner'
>;

/** What was asked, as it was understood: parts that have nothing to say are left out. */
export function formatAsked(
  { config, configVersion, warnings }: AnalysisSnapshot,
  queries: readonly QueryText[],
): Asked {
  return {
    ...optional('configVersion', configVersion),
    ...optional('runbook', config.runbook),
    ...optional('owner', config.owner),
    ...optional('warnings', warnings),
    ...(queries.length === 0 ? {} : { queries: [...queries] }),
  };
}

export function formatCallback({ secret, ...to }: Callback): Schemas['Callback'] {
  const url = shownAddress({ url: to.url, format: to.format ?? 'standard' });
  return { ...to, url, ...optional('secret', secret === '' ? undefined : secret) };
}
