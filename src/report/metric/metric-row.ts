import type { Direction, MetricConfig } from '../../model/config.ts';
import type { QueryText } from '../../model/query-text.ts';
import type { Pair, PairInstances } from '../../model/series.ts';
import { worstFirst, type RankedMetric } from '../../model/judgement/severity.ts';
import { historyAddress } from '../history/history-address.ts';
import { pageAt } from '../page-of-metrics.ts';
import type { ReportView } from '../view.ts';

/** One metric result with what the page needs beside it, in page order. */
export interface MetricRow extends RankedMetric {
  /** Anchor of its section. */
  id: string;
  /** Number of the page that its section is on, from 1. */
  page: number;
  pair: Pair | undefined;
  /** What both sides were put together from, where the metric tells its instances apart. */
  instances: PairInstances | undefined;
  direction: Direction | undefined;
  config: MetricConfig | undefined;
  /** Address of its values, where they can be asked for. */
  values: string | undefined;
  /** Address of what it came to in other runs; none for who was let in to this one alone. */
  history: string | undefined;
  /** Its queries, as they were sent. */
  queries: readonly QueryText[];
}

/** Names and pair ids are user text and may repeat: anchors are numbers. */
export function metricRows({
  analysis,
  result,
  queries = [],
  valuesUrl,
  query,
}: ReportView): MetricRow[] {
  if (result === undefined) return [];
  const pairs = new Map(result.pairs.map((pair) => [pair.id, pair]));
  const configs = new Map(analysis.snapshot.config.metrics.map((metric) => [metric.name, metric]));
  return worstFirst(result.judgement).map((ranked, index) => {
    const config = configs.get(ranked.metric.metric);
    return {
      ...ranked,
      id: `metric-${index + 1}`,
      page: pageAt(index),
      pair: pairs.get(ranked.metric.pairId),
      instances: result.instances?.[ranked.metric.pairId],
      config,
      values: valuesUrl && valuesAddress(valuesUrl, ranked.metric.pairId, query),
      history:
        valuesUrl !== undefined && query?.['signature'] === undefined
          ? historyAddress(analysis.snapshot.configName, ranked.metric.metric)
          : undefined,
      queries: queries.filter((query) => query.metric === ranked.metric.metric),
      direction: config?.direction,
    };
  });
}

function valuesAddress(base: string, pairId: string, query: ReportView['query'] = {}): string {
  const search = new URLSearchParams(query).toString();
  return `${base}/${encodeURIComponent(pairId)}${search === '' ? '' : `?${search}`}`;
}

/** Tags tell apart the pairs of one metric. */
export function describeTags(tags: Record<string, string>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
