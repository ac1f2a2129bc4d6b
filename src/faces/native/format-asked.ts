import type { Analysis, AnalysisSnapshot, Callback, ImportedRun } from '../../model/analysis.ts';
import type { QueryText } from '../../model/query-text.ts';
import type { RejudgementSummary } from '../../model/rejudgement.ts';
import { shownAddress } from '../../model/receiver/receiver.ts';
import type { components } from '../../openapi.d.ts';
import { instant, optional } from './wire.ts';

type Schemas = components['schemas'];

type Asked = Pick<
  Schemas['Analysis'],
  'imported' | 'configVersion' | 'warnings' | 'queries' | 'runbook' | 'owner'
>;

/** What was asked, as it was understood: parts that have nothing to say are left out. */
export function formatAsked(
  { config, configVersion, imported, warnings }: AnalysisSnapshot,
  queries: readonly QueryText[],
): Asked {
  return {
    ...optional('imported', imported && formatImported(imported)),
    ...optional('configVersion', configVersion),
    ...optional('runbook', config.runbook),
    ...optional('owner', config.owner),
    ...optional('warnings', warnings),
    ...(queries.length === 0 ? {} : { queries: [...queries] }),
  };
}

function formatImported({ analysisId, version, sha256, by }: ImportedRun) {
  return { analysis: analysisId, version, sha256, by };
}

/** Who ended it before its time, where somebody did. */
export function formatConclusion({ concluded }: Analysis): Pick<Schemas['Analysis'], 'concluded'> {
  return concluded === undefined
    ? {}
    : { concluded: { at: instant(concluded.at), by: concluded.by } };
}

export function formatRejudgementSummary(one: RejudgementSummary): Schemas['RejudgementSummary'] {
  const { analysisId, createdAt, by, configName, configVersion, ...same } = one;
  const analysis = `/api/v1/analyses/${analysisId}`;
  return {
    ...same,
    createdAt: instant(createdAt),
    ...optional('by', by),
    config: configName,
    ...optional('configVersion', configVersion),
    links: { self: `${analysis}/rejudgements/${one.id}`, analysis },
  };
}

export function formatCallback({ secret, ...to }: Callback): Schemas['Callback'] {
  const url = shownAddress({ url: to.url, format: to.format ?? 'standard' });
  return { ...to, url, ...optional('secret', secret === '' ? undefined : secret) };
}
