import type { AnalysisSnapshot } from '../../model/analysis.ts';
import type { QueryText } from '../../model/query-text.ts';
import type { Interval } from '../../model/time/window.ts';
import type { Sources } from '../../sources/registry.ts';
import { planRequests, type PlannedRequest } from './series-requests.ts';

/**
 * Every query of one look as it is sent, for people who look into it. What cannot be told any more, as after
 * its account was taken out of the configuration, is left out: showing an analysis never fails for it.
 */
export function describeQueries(
  snapshot: AnalysisSnapshot,
  interval: Pick<Interval, 'startAt' | 'endAt'>,
  sources: Sources,
): QueryText[] {
  return plannedOrNone(snapshot, interval, sources).flatMap((planned) => {
    const { metric, side, queryName, purpose, source, request } = planned;
    if (source.kind === 'inline') return [];
    const query = textOfQuery(planned);
    if (query === undefined) return [];
    const link = source.link?.(query, request.scope);
    return {
      metric: metric.name,
      side,
      ...(queryName === '' ? {} : { name: queryName }),
      ...(purpose === 'exposure' ? { purpose } : {}),
      source: request.query.source,
      account: source.account,
      query,
      ...(link === undefined ? {} : { link }),
    };
  });
}

function plannedOrNone(...look: Parameters<typeof planRequests>): PlannedRequest[] {
  try {
    return planRequests(...look);
  } catch {
    return [];
  }
}

/** A query as it is sent; undefined where that cannot be told. */
export function textOfQuery({ source, request }: PlannedRequest): string | undefined {
  try {
    return source.describe(request);
  } catch {
    return undefined;
  }
}
