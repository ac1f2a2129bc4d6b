import type { ScopeRequestPair } from '../../model/analysis.ts';
import { isShowable } from '../../model/time-limits.ts';
import type { Window } from '../../model/window.ts';
import { intervalAt, intervalCount } from '../intervals.ts';
import { join, refusing, type Checked } from './checked.ts';

/** An instant that no text can tell could be stored but never shown, so every look must lie within those that one can. */
export function checkReach(
  window: Window,
  scopes: Readonly<Record<string, ScopeRequestPair>>,
): Checked {
  const first = intervalAt(window, 1);
  const last = intervalAt(window, intervalCount(window));
  const offsets = Object.values(scopes).flatMap(({ baseline, canary }) => [
    baseline.offsetMs,
    canary.offsetMs,
  ]);
  const earliest = Math.min(window.startAt, first.startAt) - (window.beforeMs ?? 0);
  const reached = [
    earliest - Math.max(0, ...offsets),
    last.endAt - Math.min(0, ...offsets),
    last.dueAt,
  ];
  if (reached.every(isShowable)) return join([]);
  return refusing('/window', 'reaches beyond the years 1 to 9999: use earlier or shorter times');
}
