import { newId } from '../../new-id.ts';
import type { Analysis, AnalysisSnapshot, Execution } from '../../model/analysis.ts';
import type { Queue } from '../../queue/queue.ts';
import type { NewAnalysis, Store } from '../../store/store.ts';
import type { Log } from '../../telemetry.ts';
import { currentTrace } from '../../tracing.ts';
import { nudge } from '../nudge.ts';
import type { Observe } from '../observe.ts';
import type { FillOutbox } from '../outbox.ts';
import { intervalAt } from '../intervals.ts';

export interface AcceptDependencies {
  store: Store;
  queue: Queue;
  observe: Observe;
  fillOutbox: FillOutbox;
  log: Log;
  now(): number;
}

export type Accepted =
  | { created: true; id: string; stored: AcceptedAnalysis }
  | { created: false; id: string; requestHash: string };

/** As they were stored a moment ago, so that nobody has to read them to answer. */
export interface AcceptedAnalysis {
  analysis: Analysis;
  first: Execution;
}

/**
 * Stores a checked analysis with its first look, then nudges the queue. The only look of a fixed window
 * has the id of its analysis, so that whoever knows the one can ask for the other.
 */
export type Accept = (
  snapshot: AnalysisSnapshot,
  at: number,
  idempotency?: NewAnalysis['idempotency'],
) => Promise<Accepted>;

export function createAccept(dependencies: AcceptDependencies): Accept {
  const { store, queue, observe, log, now, fillOutbox } = dependencies;
  return async (given, at, idempotency) => {
    const id = newId(at);
    const trace = currentTrace();
    const snapshot = trace === undefined ? given : { ...given, trace };
    const analysis: Analysis = { id, state: 'queued', createdAt: at, snapshot, sequence: 0 };
    const lookId = snapshot.window.kind === 'fixed' ? id : newId(at);
    const first = { id: lookId, analysisId: id, ...intervalAt(snapshot.window, 1) };
    const started = { type: 'analysis.started' as const };
    const outbox = await fillOutbox(analysis, [started], at);
    const stored = await store.analyses.create(
      {
        ...analysis,
        sequence: outbox.sequence,
        expected: observe.expects(snapshot),
        ...(idempotency === undefined ? {} : { idempotency }),
      },
      first,
      outbox.deliveries,
    );
    if (!stored.created) return stored;
    observe.begin(analysis);
    await nudge(queue, log, now(), { executions: [first], deliveries: outbox.deliveries });
    const execution: Execution = { ...first, state: 'queued', attempt: 0 };
    return { created: true, id, stored: { analysis, first: execution } };
  };
}
