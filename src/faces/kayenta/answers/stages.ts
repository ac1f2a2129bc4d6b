import type { Execution, QueryState } from '../../../model/analysis.ts';
import type { Side } from '../../../model/scope.ts';
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

/** What an execution goes through, in this order. */
const STEPS = ['setup', 'fetch', 'pair', 'judge', 'end'] as const;
type Step = (typeof STEPS)[number];

/**
 * The stages of Kayenta's pipeline in its order. Kayenta asks one query of a side after another; this
 * service asks several at once, so that more than one stage of a chain may be running.
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
    ['setupContext', stepStatus(execution, 'setup')],
    ...chains,
    ['mixMetrics', stepStatus(execution, 'pair')],
    ['judge', stepStatus(execution, 'judge')],
  ]) as Record<string, string>;
}

/** The step that an execution is at, or was at when it ended without a judgement. */
function stepOf({ state, startedAt, failure, progress }: Execution): Step {
  if (state === 'completed') return 'end';
  if (state === 'queued' || startedAt === undefined) return 'setup';
  if (state === 'failed') return failure?.step?.name ?? 'setup';
  return progress?.name ?? 'fetch';
}

function stepStatus(execution: Execution, step: Step): ExecutionStatus {
  const ahead = STEPS.indexOf(step) - STEPS.indexOf(stepOf(execution));
  if (ahead === 0) return statusOf(execution);
  return ahead < 0 ? 'succeeded' : 'not_started';
}

function fetchStatus(execution: Execution, side: Side, index: number): ExecutionStatus {
  if (stepOf(execution) !== 'fetch') return stepStatus(execution, 'fetch');
  const state = queryStateOf(execution, side, index);
  if (state !== 'running') return state === 'answered' ? 'succeeded' : 'not_started';
  if (execution.state !== 'failed') return statusOf(execution);
  const step = execution.failure?.step;
  const isCause = step?.name === 'fetch' && step.metric === index && step.side === side;
  return isCause ? 'terminal' : 'canceled';
}

/** Without progress (just begun, or ended under an earlier version): in turn, both sides abreast. */
function queryStateOf({ failure, progress }: Execution, side: Side, index: number): QueryState {
  if (progress?.name === 'fetch') return progress[side][index] ?? 'waiting';
  const current = failure?.step?.name === 'fetch' ? failure.step.metric : 0;
  if (index === current) return 'running';
  return index < current ? 'answered' : 'waiting';
}
