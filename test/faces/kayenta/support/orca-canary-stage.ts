import { setTimeout as delay } from 'node:timers/promises';
import { readOrcaStatus, type OrcaCanaryStatus, type OrcaStatus } from './orca-canary-status.ts';
import { planOrcaStage, type OrcaCanaryConfig, type OrcaPlan } from './orca-canary-plan.ts';
import { createOrcaClient, OrcaHttpError, type OrcaClient } from './orca-client.ts';

export interface OrcaStageOptions {
  /** Address of Kayenta. */
  url: string;
  application: string;
  /** Id of the pipeline's execution. */
  executionId: string;
  config: OrcaCanaryConfig;
  /** Length of a minute of all durations of the config: an interval of 2 minutes lasts 2 * `minuteMs`. */
  minuteMs: number;
  /** Time between two polls; a second in Orca. */
  pollMs?: number;
}

type StageStatus = 'RUNNING' | 'SUCCEEDED' | 'TERMINAL' | 'CANCELED';

/** One `Run Canary #n`: its status and the context that its tasks have left. */
export interface OrcaRun {
  status: StageStatus;
  canaryConfigId?: string;
  canaryPipelineExecutionId?: string;
  canaryPipelineStatus?: OrcaStatus;
  canaryScore?: number;
  canaryScoreMessage?: string;
  durationString?: string;
  lastUpdated?: number;
  warnings?: string[];
  exception?: Record<string, unknown>;
}

export interface OrcaStageOutcome {
  status: Exclude<StageStatus, 'RUNNING'>;
  didPass: boolean;
  canaryScores: number[];
  canaryScoreMessage?: string;
}

export interface OrcaStage {
  /** Those that have begun. */
  runs: readonly OrcaRun[];
  calls: OrcaClient['calls'];
  outcome: Promise<OrcaStageOutcome>;
  /** Ends waits and polls at once, and cancels the canary that is running. */
  cancel(): Promise<OrcaStageOutcome>;
}

const NOT_ABOVE_MARGINAL = 'Canary score is not above the marginal score threshold.';
const FEW_POINTS =
  'One of the metrics returned fewer than 50 data points, which can reduce confidence in the final canary score.';
const MIN_POINTS = 50;
const DEFAULT_THRESHOLDS = { pass: 75, marginal: 50 };

/** Runs the canary stage of a Spinnaker pipeline as Orca does, without deployments. */
export function startOrcaStage(options: OrcaStageOptions): OrcaStage {
  const { config, minuteMs } = options;
  const client = createOrcaClient(options.url);
  const cancelled = new AbortController();
  const runs: OrcaRun[] = [];
  const plan = planOrcaStage(config, { at: Date.now(), minuteMs });
  const context: StageContext = { ...options, client, signal: cancelled.signal };
  const outcome = runIntervals(plan, runs, context).then(
    () => aggregate(runs, config.scoreThresholds ?? DEFAULT_THRESHOLDS),
    (error: unknown): OrcaStageOutcome => {
      if (!cancelled.signal.aborted) throw error;
      return { status: 'CANCELED', didPass: false, canaryScores: scoresOf(runs) };
    },
  );
  return {
    runs,
    calls: client.calls,
    outcome,
    async cancel() {
      cancelled.abort();
      const ended = await outcome;
      const running = runs.find(({ status }) => status === 'RUNNING');
      if (running?.canaryPipelineExecutionId !== undefined)
        await client.cancel(running.canaryPipelineExecutionId);
      if (running !== undefined) running.status = 'CANCELED';
      return ended;
    },
  };
}

interface StageContext extends OrcaStageOptions {
  client: OrcaClient;
  signal: AbortSignal;
}

/** Waits and runs one after another; the first run that fails is the last. Rejects when cancelled. */
async function runIntervals(
  { warmupMs, waitMs, runs: planned }: OrcaPlan,
  runs: OrcaRun[],
  context: StageContext,
): Promise<void> {
  const { signal } = context;
  if (warmupMs > 0) await delay(warmupMs, undefined, { signal });
  for (const scopes of planned) {
    if (waitMs !== undefined) await delay(waitMs, undefined, { signal });
    const run: OrcaRun = { status: 'RUNNING' };
    runs.push(run);
    await runCanary(run, scopes, context);
    if (run.status !== 'SUCCEEDED') return;
  }
}

async function runCanary(
  run: OrcaRun,
  scopes: OrcaPlan['runs'][number],
  context: StageContext,
): Promise<void> {
  try {
    run.canaryConfigId = await resolveConfigId(context);
    run.canaryPipelineExecutionId = await start(run.canaryConfigId, scopes, context);
    const status = await monitor(run.canaryPipelineExecutionId, context);
    Object.assign(run, await judge(status, context));
  } catch (error) {
    if (!(error instanceof OrcaHttpError)) throw error;
    Object.assign(run, { status: 'TERMINAL', exception: { details: error.details } });
  }
}

/** Asked for each run, because a run's context has no id either. */
async function resolveConfigId({ config, application, client }: StageContext): Promise<string> {
  if (config.canaryConfigId) return config.canaryConfigId;
  const configs = (await client.listConfigs()) as {
    id: string;
    name: string;
    applications: string[];
  }[];
  const found = configs.filter(
    ({ name, applications }) =>
      name === config.canaryConfigName && applications.includes(application),
  );
  if (found.length !== 1)
    throw new Error(`${found.length} configs are named ${config.canaryConfigName}`);
  return found[0]!.id;
}

async function start(
  configId: string,
  scopes: OrcaPlan['runs'][number],
  { config, application, executionId, client }: StageContext,
): Promise<string> {
  const { metricsAccountName, configurationAccountName, storageAccountName } = config;
  const answer = await client.start(
    configId,
    {
      application,
      parentPipelineExecutionId: executionId,
      metricsAccountName,
      configurationAccountName,
      storageAccountName,
    },
    {
      scopes,
      thresholds: config.scoreThresholds ?? DEFAULT_THRESHOLDS,
      siteLocal: config.siteLocal ?? {},
    },
  );
  return (answer as { canaryExecutionId: string }).canaryExecutionId;
}

/** The status once it is no longer one of the running ones. */
async function monitor(
  id: string,
  { client, config, pollMs = 1000, signal }: StageContext,
): Promise<OrcaCanaryStatus> {
  for (;;) {
    const status = readOrcaStatus(await client.results(id, config.storageAccountName));
    if (['SUCCEEDED', 'TERMINAL', 'CANCELED', 'STOPPED'].includes(status.status)) return status;
    await delay(pollMs, undefined, { signal });
  }
}

async function judge(canary: OrcaCanaryStatus, context: StageContext): Promise<OrcaRun> {
  const run = { canaryPipelineStatus: canary.status };
  if (canary.status !== 'SUCCEEDED') {
    const cancelled = { details: { errors: ['Canary execution was canceled.'] } };
    const exception = canary.status === 'CANCELED' ? cancelled : canary.exception;
    return { ...run, status: 'TERMINAL', ...(exception === undefined ? {} : { exception }) };
  }
  const { result, thresholds, endTimeAt } = canary;
  if (result === undefined) throw new Error('Orca cannot read a canary that succeeded: no result');
  const isAbove = result.score > thresholds.marginal;
  return {
    ...run,
    status: isAbove ? 'SUCCEEDED' : 'TERMINAL',
    canaryScore: result.score,
    warnings: await warningsOf(result.controlCounts, context),
    ...(isAbove ? {} : { canaryScoreMessage: NOT_ABOVE_MARGINAL }),
    ...(result.canaryDuration === undefined ? {} : { durationString: result.canaryDuration }),
    ...(endTimeAt === undefined ? {} : { lastUpdated: endTimeAt }),
  };
}

/** Datadog sends few points by nature. */
async function warningsOf(counts: number[], { client, config }: StageContext): Promise<string[]> {
  const accounts =
    config.metricsAccountName === undefined
      ? []
      : ((await client.credentials()) as { name: string; type: string }[]);
  const account = accounts.find(({ name }) => name === config.metricsAccountName);
  const isFew = account?.type !== 'datadog' && counts.some((count) => count < MIN_POINTS);
  return isFew ? [FEW_POINTS] : [];
}

/** A run that failed ends the stage before its aggregating task; the scores can still be read off the runs. */
function aggregate(
  runs: OrcaRun[],
  thresholds: { pass: number; marginal: number },
): OrcaStageOutcome {
  const canaryScores = scoresOf(runs);
  const final = canaryScores.at(-1);
  if (final === undefined) throw new Error('there were no canaries to aggregate');
  const failed = runs.find(({ status }) => status !== 'SUCCEEDED');
  if (failed !== undefined) {
    const { canaryScoreMessage } = failed;
    const message = canaryScoreMessage === undefined ? {} : { canaryScoreMessage };
    return { status: 'TERMINAL', didPass: false, canaryScores, ...message };
  }
  const didPass = final >= thresholds.pass;
  const relation = didPass ? 'met or exceeded' : 'is below';
  return {
    status: didPass ? 'SUCCEEDED' : 'TERMINAL',
    didPass,
    canaryScores,
    canaryScoreMessage: `Final canary score ${final}.0 ${relation} the pass score threshold.`,
  };
}

function scoresOf(runs: OrcaRun[]): number[] {
  return runs.map(({ canaryScore = 0 }) => canaryScore);
}
