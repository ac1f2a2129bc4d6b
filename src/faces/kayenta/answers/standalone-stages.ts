import type { Execution } from '../../../model/analysis.ts';
import type { RealTimeWindow } from '../../../model/time/window.ts';
import type { components } from '../../../openapi.d.ts';
import { plannedLooks } from './canary-run.ts';
import { isPassed, type StandaloneRun } from './standalone-run.ts';
import { statusOf, type ExecutionStatus } from './stages.ts';

type Stage = components['schemas']['KayentaStage'];

const SETUP = {
  type: 'setupAndExecuteCanariesStage',
  name: 'Sets up and executes the wait, run and monitor canary task chain.',
};
const GENERATE = {
  type: 'generateCanaryAnalysisResultStage',
  name: 'Aggregates and evaluates the canary executions and generates the final results.',
};

/**
 * Waits and canaries in the order of time, then the two stages that frame them. When a canary ends the
 * analysis, what had not begun is not listed any more.
 */
export function standaloneStages(run: StandaloneRun, status: ExecutionStatus): Stage[] {
  const isOver = status !== 'running';
  const stages = [...warmupStages(run), ...lookStages(run)];
  const shown =
    status === 'terminal' ? stages.filter((stage) => stage.status !== 'NOT_STARTED') : stages;
  const setup = { ...SETUP, status: status.toUpperCase() };
  if (!isOver || status === 'canceled') return [...shown, setup];
  return [...shown, setup, { ...GENERATE, status: 'SUCCEEDED' }];
}

function warmupStages(run: StandaloneRun): Stage[] {
  const endsAt = warmupEndsAt(run);
  if (endsAt === undefined) return [];
  return [{ type: 'wait', name: 'Warmup Wait', status: waitStatus(run, endsAt) }];
}

function lookStages(run: StandaloneRun): Stage[] {
  const { analysis, looks } = run;
  const { window } = analysis.snapshot;
  const waits = window.kind === 'realtime' && window.clockStartAt !== 0;
  return plannedLooks(analysis).flatMap(({ index }): Stage[] => {
    const execution = looks.find((look) => look.execution.index === index)?.execution;
    const stage = runStage(run, index, execution);
    if (!waits) return [stage];
    const status = execution === undefined ? 'NOT_STARTED' : intervalStatus(run, execution);
    return [{ type: 'wait', name: `Interval Wait #${index}`, status }, stage];
  });
}

function intervalStatus(run: StandaloneRun, execution: Execution): string {
  const isWarmingUp = execution.startedAt === undefined && isWaiting(run, warmupEndsAt(run) ?? 0);
  return isWarmingUp ? 'NOT_STARTED' : waitStatus(run, execution.dueAt, execution);
}

/** A wait is over when its time has come or what it waits for has begun. */
function waitStatus(run: StandaloneRun, endsAt: number, execution?: Execution): string {
  if (execution?.startedAt !== undefined || !isWaiting(run, endsAt)) return 'SUCCEEDED';
  return run.analysis.state === 'cancelled' ? 'CANCELED' : 'RUNNING';
}

/** Time stands still when the analysis ends. */
function isWaiting({ analysis, at }: StandaloneRun, endsAt: number): boolean {
  return (analysis.endedAt ?? at) < endsAt;
}

function warmupEndsAt({ analysis }: StandaloneRun): number | undefined {
  const { window } = analysis.snapshot;
  if (window.kind === 'fixed') return undefined;
  const { clockStartAt = window.startAt, warmupMs, notBefore } = window satisfies RealTimeWindow;
  return notBefore ?? (warmupMs > 0 ? clockStartAt + warmupMs : undefined);
}

function runStage(run: StandaloneRun, index: number, execution: Execution | undefined): Stage {
  const stage = { type: 'runCanary', name: `Run Canary #${index}` };
  if (execution === undefined || isStillWaiting(run, execution)) {
    return { ...stage, status: 'NOT_STARTED' };
  }
  const { id: executionId } = execution;
  return { ...stage, status: runStatus(run, execution), executionId };
}

function isStillWaiting(run: StandaloneRun, { startedAt, dueAt }: Execution): boolean {
  return startedAt === undefined && isWaiting(run, dueAt);
}

function runStatus({ analysis }: StandaloneRun, execution: Execution): string {
  const status = statusOf(execution);
  if (status === 'not_started' || status === 'running') return 'RUNNING';
  if (analysis.state === 'cancelled' && status === 'canceled') return 'CANCELED';
  return isPassed(execution, analysis) ? 'SUCCEEDED' : 'TERMINAL';
}
