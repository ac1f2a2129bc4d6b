import { Fault } from '../errors.ts';
import type { MetricConfig } from '../model/config.ts';
import type { ScopePair, Side } from '../model/scope.ts';
import type { Pair, PairSide, Series } from '../model/series.ts';

/** Both sides of one metric as its source gave them. */
export interface FetchedMetric {
  metric: MetricConfig;
  scope: ScopePair;
  baseline: Series[];
  canary: Series[];
}

/**
 * Pairs the two sides' series by equal tags (Kayenta's mixer): a series without a partner meets an
 * all-gap one, so that what is missing is seen by the judge and never silently dropped.
 * Throws `source-answer` when the sides carry different tag keys and so cannot belong together.
 */
export function pairSeries(fetched: FetchedMetric): Omit<Pair, 'id'>[] {
  checkTagKeys(fetched);
  const { metric, baseline, canary } = fetched;
  return tagSets(baseline, canary).map((tags) => ({
    metric: metric.name,
    tags,
    baseline: sideFor(tags, 'baseline', fetched),
    canary: sideFor(tags, 'canary', fetched),
  }));
}

/**
 * The distinct tag sets to pair. When only one side has an untagged series, its tagged other side
 * decides and the untagged data are left out: they are a sum that has no partner.
 */
function tagSets(baseline: Series[], canary: Series[]): Record<string, string>[] {
  const sides = [baseline, canary];
  if (sides.every((series) => series.length === 0)) return [{}];
  const untagged = sides.map((series) => series.some(({ tags }) => isEmpty(tags)));
  const all = sides.flatMap((series) => series.map(({ tags }) => tags));
  const mixed = untagged[0] !== untagged[1] && sides.every((series) => series.length > 0);
  const wanted = mixed ? all.filter((tags) => !isEmpty(tags)) : all;
  return [...new Map(wanted.map((tags) => [tagKey(tags), tags])).values()];
}

function sideFor(tags: Record<string, string>, side: Side, fetched: FetchedMetric): PairSide {
  const own = fetched[side];
  const series = own.find((candidate) => tagKey(candidate.tags) === tagKey(tags));
  if (series === undefined) return allGaps(side, fetched);
  const { startAt, stepMs, values, attributes } = series;
  return { startAt, stepMs, values, attributes };
}

function allGaps(side: Side, fetched: FetchedMetric): PairSide {
  const { startAt, endAt, stepSeconds } = fetched.scope[side];
  const stepMs = stepSeconds * 1000;
  const template = fetched[side][0];
  const count = template?.values.length ?? Math.floor((endAt - startAt) / stepMs);
  return {
    startAt: template?.startAt ?? startAt,
    stepMs: template?.stepMs ?? stepMs,
    values: Array.from({ length: count }, () => Number.NaN),
    attributes: { ...template?.attributes },
  };
}

function checkTagKeys({ metric, baseline, canary }: FetchedMetric): void {
  const [ofBaseline, ofCanary] = [tagKeysOf(baseline), tagKeysOf(canary)];
  if (ofBaseline === '' || ofCanary === '' || ofBaseline === ofCanary) return;
  throw new Fault(
    'source-answer',
    `metric "${metric.name}" has series with tags (${ofBaseline}) on the baseline and (${ofCanary}) on the canary, ` +
      'which cannot be paired: aggregate the query so that both sides carry the same tags',
    { subject: `metric "${metric.name}"` },
  );
}

function tagKeysOf(series: Series[]): string {
  return [...new Set(series.flatMap(({ tags }) => Object.keys(tags)))].sort().join(', ');
}

function tagKey(tags: Record<string, string>): string {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEmpty(tags: Record<string, string>): boolean {
  return Object.keys(tags).length === 0;
}
