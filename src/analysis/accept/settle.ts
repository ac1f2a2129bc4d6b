import type { AnalysisSnapshot } from '../../model/analysis.ts';
import type { Sources } from '../../sources/registry.ts';
import { intervalAt } from '../intervals.ts';
import { planRequests } from '../run/series-requests.ts';

/**
 * A window that waits, after its end, for the slowest of its sources: values that are still on their way would be
 * missing on both sides, and pass for few data. `at` is now: a window that is long over waits for nothing.
 */
export function waitForSources(
  snapshot: AnalysisSnapshot,
  sources: Sources,
  at: number,
): AnalysisSnapshot {
  const { window } = snapshot;
  const planned = planRequests(snapshot, intervalAt(window, 1), sources);
  const settleMs = Math.max(0, ...planned.map(({ source }) => source.settleMs ?? 0));
  const isOver = window.kind === 'fixed' && window.endAt + settleMs <= at;
  return settleMs === 0 || isOver ? snapshot : { ...snapshot, window: { ...window, settleMs } };
}
