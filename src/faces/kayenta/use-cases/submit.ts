import { toFault } from '../../../errors.ts';
import type { AnyJudges } from '../../../judges/registry.ts';
import type { AnalysisSnapshot, Callback } from '../../../model/analysis.ts';
import type { Warning } from '../../../model/warning.ts';
import { checkCanaryStart, refused } from '../format/check-start.ts';
import { kayentaOrigin, type KayentaOrigin } from '../format/origin.ts';
import { parseKayentaThresholds } from '../format/parse-config.ts';
import { parseKayentaScopes } from '../format/parse-scopes.ts';
import { planStandalone, startScopes } from '../format/plan-standalone.ts';
import type { Sources } from '../../../sources/registry.ts';
import type { Accept } from '../../../analysis/accept/accept.ts';
import type { AnalysisLimits } from '../../../analysis/limits.ts';
import { checkReach } from '../../../analysis/accept/check-reach.ts';
import { checkQueries } from '../../../analysis/accept/submit.ts';
import type { KayentaConfigs } from './configs.ts';

export interface KayentaSubmitDependencies {
  accept: Accept;
  configs: Pick<KayentaConfigs, 'toJudge'>;
  sources: Sources;
  judges: AnyJudges;
  limits: AnalysisLimits;
  /** Where events of every analysis that starts here go; its requests cannot name receivers. */
  callbacks: readonly Callback[];
  /** Length of a minute in the durations of standalone analyses. */
  minuteMs: number;
  now(): number;
}

/** Starts an analysis for a client of the Kayenta API and answers its id; its accounts are resolved. */
export type KayentaSubmit = (origin: KayentaOrigin) => Promise<string>;

export function createKayentaSubmit(dependencies: KayentaSubmitDependencies): KayentaSubmit {
  const { accept, now } = dependencies;
  return async (origin) => {
    const at = now();
    const snapshot =
      origin.posted.kind === 'canary'
        ? await canarySnapshot(origin, origin.posted.request, dependencies)
        : await standaloneSnapshot(origin, origin.posted.request, { ...dependencies, at });
    const { id } = await accept(snapshot, at);
    return id;
  };
}

/** One look; what Kayenta finds only while it runs ends the canary, as its clients expect. */
async function canarySnapshot(
  origin: KayentaOrigin,
  request: Extract<KayentaOrigin['posted'], { kind: 'canary' }>['request'],
  dependencies: KayentaSubmitDependencies,
): Promise<AnalysisSnapshot> {
  checkStart(origin, request, dependencies);
  const parts = await commonParts(origin, dependencies);
  const names = [...new Set(parts.config.metrics.map(({ scopeName }) => scopeName))];
  const scopes = parseKayentaScopes(request.scopes ?? {}, names);
  const { times } = scopes[names[0] ?? '']!.canary;
  const warnings = warnOfScopes(scopes);
  const said = warnings.length === 0 ? {} : { warnings };
  return { ...parts, scopes, window: { kind: 'fixed', ...times! }, ...said };
}

/** Kayenta takes a window of no length, but one sample a side is never enough for a comparison. */
function warnOfScopes(scopes: AnalysisSnapshot['scopes']): Warning[] {
  return Object.entries(scopes).flatMap(([name, pair]) =>
    (['baseline', 'canary'] as const)
      .filter((side) => pair[side].times?.startAt === pair[side].times?.endAt)
      .map((side) => ({
        pointer: `/scopes/${name}/${side === 'baseline' ? 'controlScope' : 'experimentScope'}/end`,
        message:
          'is the same instant as its start: with one sample a metric has no data to compare (Nodata)',
      })),
  );
}

/** Several looks; what can never work is refused, because nobody looks at the first one for a while. */
async function standaloneSnapshot(
  origin: KayentaOrigin,
  request: Extract<KayentaOrigin['posted'], { kind: 'standalone' }>['request'],
  dependencies: KayentaSubmitDependencies & { at: number },
): Promise<AnalysisSnapshot> {
  const { limits, judges, sources } = dependencies;
  const plan = planStandalone(request, { ...dependencies, maxIntervals: limits.maxIntervals });
  if (checkReach(plan.window, plan.scopes).violations.length > 0) {
    throw refused('The canary analysis reaches beyond the years 1 to 9999.');
  }
  checkStart(origin, { ...request, scopes: startScopes(request) }, dependencies);
  const snapshot = { ...(await commonParts(origin, dependencies)), ...plan };
  try {
    judges.for(snapshot.config);
  } catch (error) {
    const isUnknown = toFault(error).code === 'unknown-judge';
    throw isUnknown ? refused(`Unable to resolve canary judge '${snapshot.config.judge}'.`) : error;
  }
  checkQueries(snapshot, sources);
  return snapshot;
}

function checkStart(
  { config }: KayentaOrigin,
  request: Parameters<typeof checkCanaryStart>[1],
  { sources, limits }: KayentaSubmitDependencies,
): void {
  const kinds = sources.list().map(({ kind }) => kind);
  checkCanaryStart(config, request, (kind) => kinds.includes(kind));
  const count = config.metrics?.length ?? 0;
  if (count > limits.maxMetrics) {
    throw refused(`The canary config has ${count} metrics, more than ${limits.maxMetrics}.`);
  }
}

async function commonParts(
  origin: KayentaOrigin,
  { callbacks, configs }: KayentaSubmitDependencies,
): Promise<Omit<AnalysisSnapshot, 'scopes' | 'window'>> {
  const { config, application, metricsAccountName, posted } = origin;
  const judged = await configs.toJudge(origin.canaryConfigId, config);
  return {
    configName: config.name || origin.canaryConfigId,
    config: judged.config,
    ...(judged.version === undefined ? {} : { configVersion: judged.version }),
    thresholds: parseKayentaThresholds(posted.request.thresholds),
    account: metricsAccountName,
    callbacks: [...callbacks],
    labels: application === '' ? {} : { application },
    inlineSeries: {},
    origin: kayentaOrigin(origin),
  };
}
