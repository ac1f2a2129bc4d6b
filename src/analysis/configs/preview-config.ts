import { toFault } from '../../errors.ts';
import type { Side } from '../../model/scope.ts';
import type { FixedWindow } from '../../model/time/window.ts';
import type { Sources } from '../../sources/registry.ts';
import { askSide, type PreviewedSide } from '../accounts/preview.ts';
import type { AnalysisRequest } from '../accept/snapshot.ts';
import type { Prepare } from '../accept/submit.ts';
import { intervalAt } from '../intervals.ts';
import type { AnalysisLimits } from '../limits.ts';
import { mapConcurrently } from '../run/concurrency.ts';
import { planRequests, type PlannedRequest } from '../run/series-requests.ts';

/** What one query of a metric brings for one side: an answer, or why there is none. */
export interface PreviewedQuery {
  metric: string;
  side: Side;
  /** Name of the query within a formula; empty for a plain one. */
  queryName: string;
  isExposure: boolean;
  account: string;
  answer?: PreviewedSide;
  problem?: string;
}

export interface PreviewedConfig {
  /** In the order of the config, the baseline first. */
  queries: PreviewedQuery[];
  /** Queries that were not sent, as the config has so many. */
  leftOut: number;
  window: Pick<FixedWindow, 'startAt' | 'endAt'>;
}

/**
 * Sends every query of a config as an analysis would, and judges nothing. Faults: those of a submission; what a source
 * says against one query stands beside it.
 */
export type PreviewConfig = (
  request: AnalysisRequest,
  signal: AbortSignal,
) => Promise<PreviewedConfig>;

/** A page of them is for reading. */
const MOST_QUERIES = 60;

export function createPreviewConfig(dependencies: {
  prepare: Prepare;
  sources: Sources;
  limits: AnalysisLimits;
}): PreviewConfig {
  const { prepare, sources, limits } = dependencies;
  return async (request, signal) => {
    const snapshot = await prepare(request);
    const interval = intervalAt(snapshot.window, 1);
    const planned = planRequests(snapshot, interval, sources);
    const stop = AbortSignal.any([signal, AbortSignal.timeout(limits.executionDeadlineMs)]);
    const queries = await mapConcurrently(
      planned.slice(0, MOST_QUERIES),
      limits.fetchConcurrency,
      (one) => previewQuery(one, stop, signal),
    );
    const leftOut = planned.length - queries.length;
    return { queries, leftOut, window: { startAt: interval.startAt, endAt: interval.endAt } };
  };
}

async function previewQuery(
  { metric, side, queryName, purpose, source, request }: PlannedRequest,
  stop: AbortSignal,
  caller: AbortSignal,
): Promise<PreviewedQuery> {
  const place = { metric: metric.name, side, queryName, isExposure: purpose === 'exposure' };
  const shown = { ...place, account: source.account };
  try {
    return { ...shown, answer: await askSide(source, request, stop) };
  } catch (thrown) {
    caller.throwIfAborted();
    const fault = toFault(thrown);
    if (fault.code === 'internal' && !stop.aborted) throw thrown;
    return { ...shown, problem: stop.aborted ? 'did not answer in time' : fault.message };
  }
}
