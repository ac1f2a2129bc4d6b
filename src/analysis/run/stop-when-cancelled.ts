import type { Store } from '../../store/store.ts';
import type { Changes } from '../changes.ts';
import type { RunExecution } from './run-execution.ts';

export interface StopWhenCancelledDependencies {
  store: Store;
  changes: Changes;
}

/** Longest time between two looks at the row; changes in this process are seen at once. */
const LOOK_MS = 5000;

/**
 * The same work, but aborted once its execution is cancelled: a query that hangs would hold a place among
 * the judgements until the deadline, and ask a source for an answer that nobody wants any more.
 */
export function stopWhenCancelled(
  run: RunExecution,
  dependencies: StopWhenCancelledDependencies,
): RunExecution {
  return async (id, signal) => {
    const finished = new AbortController();
    const cancelled = new AbortController();
    const watching = abortOnceOver(id, { ...dependencies, finished: finished.signal, cancelled });
    watching.catch(() => undefined); // a store that fails is told by the work itself, which goes on unwatched
    try {
      return await run(id, AbortSignal.any([signal, cancelled.signal]));
    } finally {
      finished.abort();
    }
  };
}

interface Watch extends StopWhenCancelledDependencies {
  finished: AbortSignal;
  cancelled: AbortController;
}

async function abortOnceOver(
  executionId: string,
  { store, changes, finished, cancelled }: Watch,
): Promise<void> {
  const analysisId = await store.executions.analysisOf(executionId);
  if (analysisId === undefined) return;
  while (!finished.aborted && !cancelled.signal.aborted) {
    // Listens before it reads, so that no change falls between.
    const change = changes.next(analysisId, LOOK_MS, finished);
    if ((await store.executions.claimableAt(executionId)) === undefined) cancelled.abort();
    else await change;
  }
}
