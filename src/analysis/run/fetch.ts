import type { AnalysisSnapshot, ExecutionProgress } from '../../model/analysis.ts';
import type { Side } from '../../model/scope.ts';
import type { Series } from '../../model/series.ts';
import type { Interval } from '../../model/time/window.ts';
import type { Sources } from '../../sources/registry.ts';
import { inSpan } from '../../tracing.ts';
import { mapConcurrently } from './concurrency.ts';
import type { AnsweredMetric } from './evaluate-metric.ts';
import type { AnsweredRequest } from './examine.ts';
import { nameFault } from './name-fault.ts';
import { trackQueries } from './progress/query-progress.ts';
import { planRequests, scopePairOf, type PlannedRequest } from './series-requests.ts';

export interface FetchOptions {
  sources: Sources;
  /** Absent where none is stored. */
  analysisId?: string;
  concurrency: number;
  signal: AbortSignal;
  /** Called at the end of each query with its duration. */
  onQuery(query: PlannedRequest, outcome: 'answered' | 'failed', seconds: number): void;
  /** Called whenever a query has begun or was answered. */
  onProgress(progress: ExecutionProgress): void;
}

export interface Fetched {
  metrics: AnsweredMetric[];
  answers: AnsweredRequest[];
  warnings: string[];
}

/** Reads both sides of every metric. The first query that fails for good ends the whole fetch with its Fault. */
export async function fetchMetrics(
  snapshot: AnalysisSnapshot,
  interval: Interval,
  options: FetchOptions,
): Promise<Fetched> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const planned = planRequests(snapshot, interval, options.sources, options.analysisId);
  const progress = trackQueries(snapshot.config.metrics, planned, options.onProgress);
  try {
    const answers = await mapConcurrently(planned, options.concurrency, async (one) => {
      progress.begun(one);
      const answer = await ask(one, signal, options);
      progress.answered(one);
      return answer;
    });
    return {
      metrics: snapshot.config.metrics.map((metric) => ({
        metric,
        scope: scopePairOf(snapshot, metric, interval),
        values: {
          baseline: valuesOf(answers, metric.name, 'baseline'),
          canary: valuesOf(answers, metric.name, 'canary'),
        },
        queries: queriesOf(answers, metric.name),
        refusesOtherLabels: snapshot.config.dataPolicy === undefined,
        ...(metric.exposure === undefined ? {} : { exposure: exposureOf(answers, metric.name) }),
      })),
      answers,
      warnings: [
        ...new Set(
          answers.flatMap(({ planned: { metric }, fetched }) =>
            fetched.remarks
              .filter(({ kind }) => kind !== 'info')
              .map(({ text }) => `metric "${metric.name}": ${text}`),
          ),
        ),
      ],
    };
  } finally {
    stop.abort(FETCH_ENDED); // queries still under way serve nobody any more
  }
}

/** Making an error of its own for each would cost more than the fetching of small ones. */
const FETCH_ENDED = new Error('the fetch has ended');

function ask(
  planned: PlannedRequest,
  signal: AbortSignal,
  options: FetchOptions,
): Promise<AnsweredRequest> {
  const { source, metric, side, purpose } = planned;
  const attributes = {
    'canary.source': source.kind,
    'canary.metric': metric.name,
    'canary.side': side,
    'canary.purpose': purpose,
  };
  return inSpan(`query ${source.kind}`, { kind: 'client', attributes }, () =>
    askOnce(planned, signal, options),
  );
}

async function askOnce(
  planned: PlannedRequest,
  signal: AbortSignal,
  { onQuery }: FetchOptions,
): Promise<AnsweredRequest> {
  const { source, request } = planned;
  const begin = performance.now();
  const report = (outcome: 'answered' | 'failed') =>
    onQuery(planned, outcome, (performance.now() - begin) / 1000);
  try {
    const fetched = await source.fetch(request, signal);
    report('answered');
    return { planned, fetched };
  } catch (error) {
    report('failed');
    throw nameFault(error, planned);
  }
}

/** The text of each side's query, for the side that has no series to tell it. */
function queriesOf(answers: AnsweredRequest[], metric: string): AnsweredMetric['queries'] {
  const own = answers.filter(({ planned }) => planned.metric.name === metric);
  const plain = own.filter(
    ({ planned }) => planned.queryName === '' && planned.purpose === 'value',
  );
  return Object.fromEntries(
    plain.map(({ planned: { side, source, request } }) => [side, source.describe(request)]),
  );
}

/** By name of the query. */
function valuesOf(
  answers: AnsweredRequest[],
  metric: string,
  side: Side,
): Record<string, Series[]> {
  const own = answers.filter(
    ({ planned }) =>
      planned.metric.name === metric && planned.side === side && planned.purpose === 'value',
  );
  return Object.fromEntries(own.map(({ planned, fetched }) => [planned.queryName, fetched.series]));
}

function exposureOf(answers: AnsweredRequest[], metric: string): Record<Side, Series[]> {
  const own = answers.filter(({ planned }) => planned.metric.name === metric);
  const of = (side: Side) =>
    own
      .filter(({ planned }) => planned.side === side && planned.purpose === 'exposure')
      .flatMap(({ fetched }) => fetched.series);
  return { baseline: of('baseline'), canary: of('canary') };
}
