import { kayentaOriginOf } from '../format/origin.ts';
import type { Analysis } from '../../../model/analysis.ts';
import type { Judgement } from '../../../model/judgement/judgement.ts';
import { doubleText, instantText } from '../format/java-text.ts';
import { pairListIdOf } from '../format/pair-list-id.ts';
import type { components } from '../../../openapi.d.ts';
import { canaryRunOf, type CanaryRun } from './canary-run.ts';
import { formatResult, formatTimes, stamp } from './canary-status.ts';
import { formatConfig, formatEscapedConfig } from './config.ts';
import { formatException } from './exception.ts';
import { standaloneStages } from './standalone-stages.ts';
import { scoreOf, standaloneStatusOf, type StandaloneRun } from './standalone-run.ts';
import { statusOf } from './stages.ts';

type Schemas = components['schemas'];

/** One that ran elsewhere, as it was given; only the queries also tell their kinds. */
export function formatArchivedStandalone(
  status: Schemas['KayentaStandaloneStatus'],
): Schemas['KayentaStandaloneStatus'] {
  const { canaryConfig } = status;
  return canaryConfig === undefined
    ? status
    : { ...status, canaryConfig: formatConfig(canaryConfig) };
}

export function formatStandaloneStatus(run: StandaloneRun): Schemas['KayentaStandaloneStatus'] {
  const { analysis, looks, names } = run;
  const origin = kayentaOriginOf(analysis.snapshot);
  const canaries = looks.map(({ execution }) => canaryRunOf(analysis, execution, names));
  const [first] = canaries;
  const status = standaloneStatusOf(run);
  const isComplete = status !== 'running';
  const failed = canaries.findLast(({ execution }) => execution.failure !== undefined);
  const exception = isComplete && failed !== undefined ? formatException(failed) : undefined;
  const parent = origin?.parentPipelineExecutionId;
  return {
    application: first?.application ?? '',
    user: origin?.user ?? 'anonymous',
    ...(parent === undefined ? {} : { parentPipelineExecutionId: parent }),
    pipelineId: analysis.id,
    stageStatus: standaloneStages(run, status),
    complete: isComplete,
    executionStatus: status.toUpperCase(),
    status,
    ...(exception === undefined ? {} : { exception }),
    ...(isComplete && status !== 'canceled'
      ? { canaryAnalysisExecutionResult: formatStandaloneResult(run, canaries) }
      : {}),
    canaryAnalysisExecutionRequest: standaloneRequestOf(analysis),
    canaryConfig: formatEscapedConfig(first?.config ?? {}),
    canaryConfigId: first?.canaryConfigId ?? 'ad-hoc',
    ...stamp('build', analysis.createdAt),
    ...stamp('start', analysis.createdAt),
    ...stamp('end', analysis.endedAt),
    storageAccountName: origin?.storageAccountName ?? names.storageAccountName,
    metricsAccountName: origin?.metricsAccountName ?? names.metricsAccountName,
  };
}

function formatStandaloneResult(
  { analysis, looks }: StandaloneRun,
  canaries: CanaryRun[],
): Schemas['KayentaStandaloneResult'] {
  const scores = looks.map(({ execution }) => scoreOf(execution, analysis));
  const runs = canaries.map((canary, index) => formatRun(canary, looks[index]?.judgement));
  return {
    ...formatOutcome(scores.at(-1), analysis),
    hasWarnings: runs.some(({ warnings }) => warnings.length > 0),
    canaryScores: scores,
    canaryExecutionResults: runs,
  };
}

function formatOutcome(score: number | undefined, { snapshot: { thresholds } }: Analysis) {
  if (score === undefined) {
    const canaryScoreMessage = 'There were no successful canary judgements to aggregate';
    return { didPassThresholds: false, canaryScoreMessage };
  }
  const final = `Final canary score ${doubleText(score)}`;
  if (score <= thresholds.marginal) {
    const canaryScoreMessage = `${final} is not above the marginal score threshold.`;
    return { didPassThresholds: false, canaryScoreMessage };
  }
  const didPassThresholds = score >= thresholds.pass;
  const relation = didPassThresholds ? 'met or exceeded' : 'is below';
  return {
    didPassThresholds,
    canaryScoreMessage: `${final} ${relation} the pass score threshold.`,
  };
}

const FEW_POINTS = 50;
const FEW_POINTS_WARNING =
  'One of the metrics returned fewer than 50 data points, which can reduce confidence in the final canary score.';

function formatRun(
  run: CanaryRun,
  judgement: Judgement | undefined,
): Schemas['KayentaStandaloneRun'] {
  const { execution, storageAccountName, request } = run;
  const exception = formatException(run);
  const control = Object.values(request.scopes ?? {})[0]?.controlScope;
  const pairListId = judgement === undefined ? undefined : pairListIdOf(execution.id);
  const metrics = judgement?.metrics ?? [];
  const hasFew = metrics.some(({ baseline }) => baseline.count < FEW_POINTS);
  return {
    executionId: execution.id,
    executionStatus: statusOf(execution).toUpperCase(),
    ...(exception === undefined ? {} : { exception }),
    ...(judgement === undefined ? {} : { result: formatResult(run, judgement) }),
    ...(control?.start === undefined ? {} : formatJudged('Start', control.start)),
    ...(control?.end === undefined ? {} : formatJudged('End', control.end)),
    warnings: hasFew && !isDatadog(run) ? [FEW_POINTS_WARNING] : [],
    ...(pairListId === undefined ? {} : { metricSetPairListId: pairListId }),
    ...formatTimes(run),
    storageAccountName,
  };
}

function formatJudged(end: 'Start' | 'End', iso: string) {
  return { [`judgement${end}TimeIso`]: iso, [`judgement${end}TimeMillis`]: Date.parse(iso) };
}

/** Datadog thins its points itself, so few of them mean nothing there. */
function isDatadog({ config }: CanaryRun): boolean {
  return (config.metrics ?? []).some(({ query }) => query?.type === 'datadog');
}

/** As posted; for a native analysis, what would have been posted. */
function standaloneRequestOf({ snapshot }: Analysis): Schemas['KayentaStandaloneRequest'] {
  const posted = kayentaOriginOf(snapshot)?.posted;
  if (posted?.kind === 'standalone') return posted.request;
  const { window, thresholds } = snapshot;
  const isPast = window.kind === 'fixed';
  const times = isPast
    ? { startTimeIso: instantText(window.startAt), endTimeIso: instantText(window.endAt) }
    : {};
  const minutes = (ms: number) => Math.floor(ms / 60_000);
  return {
    scopes: Object.entries(snapshot.scopes).map(([scopeName, { baseline, canary }]) => ({
      scopeName,
      controlScope: baseline.scope,
      controlLocation: baseline.location,
      controlOffsetInMinutes: minutes(baseline.offsetMs),
      experimentScope: canary.scope,
      experimentLocation: canary.location,
      ...times,
      step: window.stepSeconds,
      extendedScopeParams: canary.parameters,
    })),
    thresholds,
    ...(isPast
      ? {}
      : {
          lifetimeDurationMins: minutes(window.durationMs),
          beginAfterMins: minutes(window.warmupMs),
          lookbackMins: minutes(window.lookbackMs),
          analysisIntervalMins: minutes(window.intervalMs),
        }),
  };
}
