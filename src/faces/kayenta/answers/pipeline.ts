import { kayentaOriginOf } from '../format/origin.ts';
import type { JudgedLook } from '../use-cases/read.ts';
import { pairListIdOf } from '../format/pair-list-id.ts';
import { canaryRunOf, type CanaryRun, type NativeNames } from './canary-run.ts';
import { formatEscapedConfig } from './config.ts';
import { formatException } from './exception.ts';
import { standaloneStatusOf, type StandaloneRun } from './standalone-run.ts';
import { standaloneStages } from './standalone-stages.ts';
import { stageStatusOf, statusOf } from './stages.ts';

/** A canary or an analysis of several looks, and how it is shown. */
export interface PipelineView {
  id: string;
  looks: JudgedLook[];
  names: NativeNames;
  /** The present, epoch milliseconds. */
  at: number;
}

interface StageLook {
  refId: string;
  type: string;
  name: string;
  status: string;
  context: object;
}

/**
 * A canary or an analysis as Kayenta's engine would show its execution: its stages hold in their contexts
 * what it was started with, so that whoever posts it to `/pipelines/start` starts the same again.
 */
export function formatPipeline({ id, looks, names, at }: PipelineView) {
  const { analysis, execution } = looks[0]!;
  const { window } = analysis.snapshot;
  const run = canaryRunOf(analysis, execution, names);
  const common = { id, type: 'PIPELINE', application: run.application };
  if (window.kind === 'fixed' || execution.id === id) {
    return {
      ...common,
      name: 'Standard Canary Pipeline',
      pipelineConfigId: `${run.application}-standard-canary-pipeline`,
      status: statusOf(execution).toUpperCase(),
      buildTime: analysis.createdAt,
      startTime: execution.startedAt,
      endTime: execution.endedAt,
      canceled: execution.state === 'cancelled',
      stages: numbered(id, canaryStages(run)),
    };
  }
  const standalone = { analysis, looks, names, at };
  return {
    ...common,
    name: 'Standalone Canary Analysis Pipeline',
    pipelineConfigId: `${run.application}-canary-analysis-referee-pipeline`,
    status: standaloneStatusOf(standalone).toUpperCase(),
    buildTime: analysis.createdAt,
    startTime: analysis.startedAt,
    endTime: analysis.endedAt,
    canceled: analysis.state === 'cancelled',
    stages: numbered(id, analysisStages(standalone, run)),
  };
}

/** Stages have no ids of their own here: theirs is that of the whole, with their number at its end. */
function numbered(id: string, stages: StageLook[]) {
  return stages.map((stage, index) => ({
    id: `${id.slice(0, 22)}${String(index).padStart(4, '0')}`,
    ...stage,
    outputs: {},
    tasks: [],
  }));
}

function canaryStages(run: CanaryRun): StageLook[] {
  const { execution, config, storageAccountName, metricsAccountName } = run;
  const exception = formatException(run);
  return Object.entries(stageStatusOf(run)).map(([refId, status]) => {
    const [kind = '', index = ''] = /^(\D+)(\d*)$/.exec(refId)?.slice(1) ?? [];
    const type = TYPES[kind] ?? `${config.metrics?.[Number(index)]?.query?.type ?? 'metrics'}Fetch`;
    const context = {
      user: '[anonymous]',
      ...(kind === 'setupContext' ? setupContext(run) : { storageAccountName }),
      ...(index === '' ? {} : { metricIndex: Number(index), metricsAccountName }),
      ...(kind === 'judge' ? judgeContext(run, pairListIdOf(execution.id)) : {}),
      ...(status === 'terminal' && exception !== undefined ? { exception } : {}),
    };
    return { refId, type, name: NAMES[kind] ?? refId, status: status.toUpperCase(), context };
  });
}

const TYPES: Record<string, string> = {
  setupContext: 'setupCanary',
  mixMetrics: 'metricSetMixer',
  judge: 'canaryJudge',
};
const NAMES: Record<string, string> = {
  setupContext: 'Setup Canary',
  mixMetrics: 'Mix Control and Experiment Results',
  judge: 'Perform Analysis',
};

/** Kayenta keeps the request as text. A native analysis has no such form, and cannot be started from it. */
function setupContext(run: CanaryRun) {
  const startedWith =
    kayentaOriginOf(run.analysis.snapshot) === undefined
      ? {}
      : {
          canaryConfig: formatEscapedConfig(run.config),
          canaryExecutionRequest: JSON.stringify(run.request),
        };
  return { ...originOf(run), ...startedWith };
}

function judgeContext({ request }: CanaryRun, metricSetPairListId: string | undefined) {
  return { metricSetPairListId, orchestratorScoreThresholds: request.thresholds };
}

function analysisStages(standalone: StandaloneRun, run: CanaryRun): StageLook[] {
  const stages = standaloneStages(standalone, standaloneStatusOf(standalone));
  return stages.map(({ type, name, status, executionId }, index) => ({
    refId: String(index + 1),
    type,
    name,
    status,
    context: {
      ...(executionId === undefined ? {} : { canaryPipelineExecutionId: executionId }),
      ...(type === 'setupAndExecuteCanariesStage' ? analysisContext(run) : {}),
    },
  }));
}

function analysisContext(run: CanaryRun) {
  const { user, posted } = kayentaOriginOf(run.analysis.snapshot) ?? {};
  if (posted?.kind !== 'standalone') return {};
  return {
    canaryAnalysisExecutionRequest: {
      ...originOf(run),
      user,
      canaryConfig: formatEscapedConfig(run.config),
      executionRequest: posted.request,
    },
  };
}

function originOf(run: CanaryRun) {
  const { application, parentPipelineExecutionId, canaryConfigId } = run;
  const { storageAccountName, metricsAccountName, configurationAccountName } = run;
  return {
    application,
    parentPipelineExecutionId,
    canaryConfigId,
    storageAccountName,
    metricsAccountName,
    configurationAccountName,
  };
}
