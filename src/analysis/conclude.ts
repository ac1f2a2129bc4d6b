import { isFinal, type Analysis } from '../model/analysis.ts';
import { formatDuration } from '../model/time/duration.ts';
import { showable } from '../model/time/time-limits.ts';
import type { Interval } from '../model/time/window.ts';
import type { Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../telemetry.ts';
import { unknownAnalysis } from './cancel.ts';
import type { Changes } from './changes.ts';
import { concludingInterval } from './intervals.ts';
import { nudge } from './nudge.ts';

export interface ConcludeDependencies {
  store: Store;
  queue: Queue;
  changes: Changes;
  log: Log;
  now(): number;
}

/**
 * Ends a live analysis with a verdict from the data so far: the look that waits begins now, the one that is being
 * judged is the last. Stored before the answer. One that has ended, or was concluded before, stays as it is, and so
 * does one over a window in the past, whose only look waits for nothing.
 */
export type Conclude = (id: string, by: string) => Promise<void>;

export function createConclude(dependencies: ConcludeDependencies): Conclude {
  const { store, queue, changes, log, now } = dependencies;
  return async (id, by) => {
    const analysis = await store.analyses.get(id);
    if (analysis === undefined) throw unknownAnalysis(id);
    const { window } = analysis.snapshot;
    if (isFinal(analysis.state) || window.kind === 'fixed') return;
    const at = now();
    const conclusion = {
      at,
      by,
      intervalFor: ({ index }: { index: number }) => concludingInterval(window, index, at),
    };
    if (!(await store.analyses.conclude(id, conclusion))) return;
    log.info({ analysis: id, by }, 'analysis concluded before its end');
    changes.announce(id);
    const waiting = (await store.analyses.executions(id)).filter(({ state }) => state === 'queued');
    await nudge(queue, log, at, { executions: waiting, deliveries: [] });
  };
}

/** What the reason of the last look of an analysis that was concluded ends with; empty for any other. */
export function conclusionText(
  { concluded, snapshot: { window } }: Analysis,
  { endAt }: Pick<Interval, 'endAt'>,
): string {
  if (concluded === undefined || window.kind === 'fixed') return '';
  const judgedMs = endAt - window.startAt - window.warmupMs;
  const lengths = `${formatDuration(judgedMs)} of ${formatDuration(window.durationMs)}`;
  const at = new Date(showable(concluded.at)).toISOString();
  return `; concluded by ${concluded.by} at ${at}, after ${lengths}`;
}
