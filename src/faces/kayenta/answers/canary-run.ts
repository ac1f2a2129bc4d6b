import { kayentaOriginOf } from '../format/origin.ts';
import type { Analysis, Execution } from '../../../model/analysis.ts';
import { intervalAt, intervalCount } from '../../../analysis/intervals.ts';
import { scopePairAt } from '../../../analysis/run/series-requests.ts';
import { instantText } from '../format/java-text.ts';
import type { Scope } from '../../../model/scope.ts';
import type { components } from '../../../openapi.d.ts';
import { formatNativeConfig } from './config.ts';

type Schemas = components['schemas'];

/** One execution with all that Kayenta would know of it, whoever has started it. */
export interface CanaryRun {
  analysis: Analysis;
  execution: Execution;
  application: string;
  parentPipelineExecutionId?: string;
  canaryConfigId: string;
  metricsAccountName: string;
  storageAccountName: string;
  configurationAccountName?: string;
  config: Schemas['KayentaConfig'];
  request: Schemas['KayentaExecutionRequest'];
}

/** What an analysis that was started natively is called where Kayenta wants a name. */
export interface NativeNames {
  metricsAccountName: string;
  storageAccountName: string;
}

const AD_HOC = 'ad-hoc';

export function canaryRunOf(
  analysis: Analysis,
  execution: Execution,
  names: NativeNames,
): CanaryRun {
  const { snapshot } = analysis;
  const origin = kayentaOriginOf(snapshot);
  const request = requestOf(analysis, execution);
  if (origin === undefined) {
    const application = snapshot.labels['application'] ?? snapshot.configName;
    const config = formatNativeConfig(snapshot.config, [application]);
    const account = snapshot.account === undefined ? {} : { metricsAccountName: snapshot.account };
    const common = { ...names, ...account, canaryConfigId: AD_HOC };
    return { analysis, execution, application, config, request, ...common };
  }
  const { user: _, posted, configurationAccountName, ...own } = origin;
  const isPlain = posted.kind === 'canary' && configurationAccountName !== undefined;
  const account = isPlain ? { configurationAccountName } : {};
  return { analysis, execution, ...own, ...account, request };
}

/** As posted; for one of several looks, as Kayenta would have posted it for that look. */
function requestOf(
  { snapshot }: Analysis,
  execution: Execution,
): Schemas['KayentaExecutionRequest'] {
  const posted = kayentaOriginOf(snapshot)?.posted;
  if (posted?.kind === 'canary') return posted.request;
  const siteLocal = posted?.request.siteLocal;
  const scopes = Object.entries(snapshot.scopes).map(([name, requested]) => {
    const { baseline, canary } = scopePairAt(requested, execution, snapshot.window.stepSeconds);
    return [name, { controlScope: formatScope(baseline), experimentScope: formatScope(canary) }];
  });
  return {
    scopes: Object.fromEntries(scopes) as Schemas['KayentaExecutionRequest']['scopes'] & object,
    thresholds: snapshot.thresholds,
    ...(siteLocal === undefined ? {} : { siteLocal }),
  };
}

function formatScope(scope: Scope): Schemas['KayentaScope'] {
  return {
    scope: scope.scope,
    location: scope.location,
    start: instantText(scope.startAt),
    end: instantText(scope.endAt),
    step: scope.stepSeconds,
    extendedScopeParams: scope.parameters,
  };
}

/** The looks that an analysis has planned, those before the last one that has begun included. */
export function plannedLooks({ snapshot: { window } }: Analysis) {
  return Array.from({ length: intervalCount(window) }, (_, index) => intervalAt(window, index + 1));
}
