import type { Analysis } from '../model/analysis.ts';
import type { Sources } from '../sources/registry.ts';
import { intervalAt, intervalCount } from './intervals.ts';
import { planRequests } from './run/series-requests.ts';

/** Starts the sources that have no memory of their own: they must collect while the analysis runs. */
export function observe(
  { id, snapshot }: Pick<Analysis, 'id' | 'snapshot'>,
  sources: Sources,
): void {
  const lastLook = intervalAt(snapshot.window, intervalCount(snapshot.window));
  for (const { source, request } of planRequests(snapshot, lastLook, sources)) {
    source.observe?.(request, request.scope.endAt, id);
  }
}
