import type { Claim, Store } from '../../store/store.ts';
import type { Changes } from '../changes.ts';

/** Longest time between two looks at the row; changes in this process are seen at once. */
const LOOK_MS = 5000;

/**
 * Aborts once the claimed execution is cancelled, until it is told that the work has ended: a query that hangs would
 * hold a place among the judgements until the deadline, and ask a source for an answer that nobody wants any more.
 */
export function watchForCancel(
  { execution, analysis }: Claim,
  dependencies: { store: Store; changes: Changes },
): { signal: AbortSignal; stop(): void } {
  const finished = new AbortController();
  const cancelled = new AbortController();
  const watch = { ...dependencies, finished: finished.signal, cancelled };
  // a store that fails is told by the work itself, which goes on unwatched
  abortOnceOver(execution.id, analysis.id, watch).catch(() => undefined);
  return { signal: cancelled.signal, stop: () => finished.abort(WORK_ENDED) };
}

/** Making an error of its own for each would cost more than the watching. */
const WORK_ENDED = new Error('the work has ended');

interface Watch {
  store: Store;
  changes: Changes;
  finished: AbortSignal;
  cancelled: AbortController;
}

async function abortOnceOver(
  executionId: string,
  analysisId: string,
  { store, changes, finished, cancelled }: Watch,
): Promise<void> {
  while (!cancelled.signal.aborted) {
    await changes.next(analysisId, LOOK_MS, finished);
    if (finished.aborted) return;
    if ((await store.executions.claimableAt(executionId)) === undefined) cancelled.abort();
  }
}
