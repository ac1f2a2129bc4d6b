import { Fault } from '../errors.ts';
import { isFinal, type Analysis } from '../model/analysis.ts';
import type { Queue } from '../queue/queue.ts';
import type { Sources } from '../sources/registry.ts';
import type { Store } from '../store/store.ts';
import type { Log, Meters } from '../telemetry.ts';
import type { Changes } from './changes.ts';
import { nudge } from './nudge.ts';
import type { FillOutbox } from './outbox.ts';

export interface CancelDependencies {
  store: Store;
  queue: Queue;
  sources: Sources;
  changes: Changes;
  fillOutbox: FillOutbox;
  log: Log;
  meters: Meters;
  now(): number;
}

export type Cancel = (id: string) => Promise<void>;

/** Ends a live analysis without a verdict; one that has ended stays as it is. */
export function createCancel(dependencies: CancelDependencies): Cancel {
  const { store, queue, sources, changes, fillOutbox, log, meters, now } = dependencies;
  return async (id) => {
    const analysis = await store.analyses.get(id);
    if (analysis === undefined) throw unknownAnalysis(id);
    if (isFinal(analysis.state)) return;
    const at = now();
    const reason = 'cancelled on request; nothing was decided';
    const cancelled: Analysis = { ...analysis, state: 'cancelled', endedAt: at, reason };
    const outbox = await fillOutbox(cancelled, [{ type: 'analysis.completed' }], at);
    if (!(await store.analyses.cancel(id, at, reason, outbox.sequence, outbox.deliveries))) return;
    meters.analyses.inc({ verdict: 'cancelled' });
    sources.unobserve(id);
    changes.announce(id);
    await nudge(queue, log, at, { executions: [], deliveries: outbox.deliveries });
  };
}

export function unknownAnalysis(id: string): Fault {
  return new Fault(
    'not-found',
    `there is no analysis "${id}": it may have been deleted after the retention time`,
    { subject: `analysis "${id}"` },
  );
}
