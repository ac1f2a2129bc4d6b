import type { RunExecution } from '../src/analysis/run/run-execution.ts';
import type { Processor } from '../src/queue/queue.ts';

/** One judgement run: claim, fetch, pair, judge, settle. */
export function createJudgeExecution(runExecution: RunExecution): Processor {
  return (id, signal) => runExecution(id, signal);
}
