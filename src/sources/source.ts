import type { SourceQuery } from '../model/config.ts';
import type { ExpectedMetric } from '../model/pushed/points.ts';
import type { Scope, Side } from '../model/scope.ts';
import type { Series } from '../model/series.ts';
import type { QueryProblem } from './queries/query-problem.ts';

/** One query for one side of one metric. */
export interface SeriesRequest {
  metric: string;
  query: SourceQuery;
  side: Side;
  scope: Scope;
  /** Named templates of the config, for sources that know them. */
  templates: Record<string, string>;
  /** Series that came with the analysis for this metric and side (source `inline` alone). */
  inline?: Series[];
  /** The analysis, for values that were sent to it (source `push` alone); absent where none is stored. */
  analysisId?: string;
}

/** What a source says of its own answer to one query. */
export interface SourceRemark {
  /**
   * `partial`: data that belong to the answer are missing, as VictoriaMetrics' `isPartial` tells.
   * `warning`: something was not as it should be, but nothing that was asked for is known to be missing.
   * `info`: good to know; the values are what was asked for.
   */
  kind: 'partial' | 'warning' | 'info';
  /** In the source's words or ours, without secrets and without text of a scraped page. */
  text: string;
}

export interface FetchedSeries {
  /** Ascending, on the grid, gaps as NaN; empty when nothing matched, which is not an error. */
  series: Series[];
  /** Each text once, in the order in which they were said. */
  remarks: SourceRemark[];
}

/**
 * One configured instance (account) of a kind of metric source. Faults: `invalid-query` for a query it
 * cannot build, `source-refused` (4xx), `source-unavailable` (5xx, 429, network, retryable),
 * `source-answer` (an answer that is not what was asked for), `source-limit`. No secret in any of them.
 */
export interface MetricSource {
  /** Kind of source, for example `prometheus`. */
  kind: string;
  account: string;
  /** Whether fetches wait for another system, which may be slow or away. */
  isRemote?: true;
  /** How long after the end of a window its values are whole; absent: at once. */
  settleMs?: number;
  /** The query text as it will be sent; throws what `fetch` would for an unusable query. */
  describe(request: SeriesRequest): string;
  /**
   * What is wrong with the text of a query before anything is filled in or asked; only for sources whose
   * language can be read here. `stepSeconds` of the windows it will be asked for, when they are known.
   */
  check?(query: SourceQuery, stepSeconds?: number): Promise<QueryProblem[]>;
  fetch(request: SeriesRequest, signal: AbortSignal): Promise<FetchedSeries>;
  /** Starts to collect what later fetches up to `untilAt` will ask; only for sources without a memory of their own. */
  observe?(request: SeriesRequest, untilAt: number, analysisId: string): void;
  /** What other systems have to send here before a later fetch; only for sources that are sent to. */
  expects?(request: SeriesRequest): ExpectedMetric[];
  /** This analysis has ended: nothing is collected for it any more. */
  unobserve?(analysisId: string): void;
  /** Whether the server behind it is up; only where the account makes it a part of our own health. */
  probe?(signal: AbortSignal): Promise<void>;
  /** Asks one small query with the account's own credentials, by one attempt; the faults of a query where it fails. */
  ping?(signal: AbortSignal): Promise<void>;
  /** Names of the metrics it has; where `match`, a selector in its own language, is given, of the last hour and fitting it. */
  listMetrics?(signal: AbortSignal, match?: string): Promise<string[]>;
  /** Where a person sees a query, as `describe` tells it, over this window; only where the account names a page for it. */
  link?(query: string, window: Pick<Scope, 'startAt' | 'endAt'>): string;
  close?(): Promise<void>;
}
