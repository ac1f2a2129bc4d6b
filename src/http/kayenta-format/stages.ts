import type { Execution } from '../../model/analysis.ts';
import type { Side } from '../../model/scope.ts';
import type { CanaryRun } from './canary-run.ts';

/** The words of Kayenta's executions that this service knows states for. */
export type ExecutionStatus = 'not_started' | 'running' | 'succeeded' | 'terminal' | 'canceled';

const STATUSES: Record<Execution['state'], ExecutionStatus> = {
  queued: 'not_started',
  running: 'running',
  completed: 'succeeded',
  failed: 'terminal',
  cancelled: 'canceled',
};

export function statusOf({ state }: Pick<Execution, 'state'>): ExecutionStatus {
  return STATUSES[state];
}

/** States of executions that these words mean; unknown words are refused, others mean none. */
export function statesOf(status: string): Execution['state'][] | undefined {
  const states: Record<string, Execution['state'][]> = {
    not_started: ['queued'],
    running: ['running'],
    succeeded: ['completed'],
    terminal: ['failed'],
    canceled: ['cancelled'],
  };
  const idle = [
    'paused',
    'suspended',
    'failed_continue',
    'redirect',
    'stopped',
    'skipped',
    'buffered',
  ];
  if (Object.hasOwn(states, status)) return states[status];
  return idle.includes(status) ? [] : undefined;
}

const CHAINS: Record<Side, string> = { baseline: 'fetchControl', canary: 'fetchExperiment' };

/**
 * The stages of Kayenta's pipeline in its order, as far as this service tells them apart: it fetches
 * both sides of several metrics at once, which shows as each chain being at its first query.
 */
export function stageStatusOf({ execution, config }: CanaryRun): Record<string, string> {
  const count = config.metrics?.length ?? 0;
  const chains = (['baseline', 'canary'] as const).flatMap((side) =>
    Array.from({ length: count }, (_, index) => [
      `${CHAINS[side]}${index}`,
      fetchStatus(execution, side, index),
    ]),
  );
  return Object.fromEntries([
    ['setupContext', setupStatus(execution)],
    ...chains,
    ['mixMetrics', laterStatus(execution, 'pair')],
    ['judge', laterStatus(execution, 'judge')],
  ]) as Record<string, string>;
}

function setupStatus(execution: Execution): ExecutionStatus {
  const { state, failure, startedAt } = execution;
  if (state === 'queued' || startedAt === undefined) return statusOf(execution);
  return state === 'failed' && failure?.step === undefined ? statusOf(execution) : 'succeeded';
}

function fetchStatus(execution: Execution, side: Side, index: number): ExecutionStatus {
  const { state, failure } = execution;
  const step = failure?.step;
  if (state === 'completed' || step?.name === 'pair' || step?.name === 'judge') return 'succeeded';
  if (step?.name === 'fetch') {
    if (index !== step.metric) return index < step.metric ? 'succeeded' : 'not_started';
    return side === step.side ? 'terminal' : 'canceled';
  }
  if (index > 0 || execution.startedAt === undefined) return 'not_started';
  if (state === 'running') return 'running';
  return statusOf(execution) === 'canceled' ? 'canceled' : 'not_started';
}

function laterStatus({ state, failure }: Execution, name: 'pair' | 'judge'): ExecutionStatus {
  if (state === 'completed') return 'succeeded';
  if (failure?.step?.name === name) return 'terminal';
  return failure?.step?.name === 'judge' ? 'succeeded' : 'not_started';
}
