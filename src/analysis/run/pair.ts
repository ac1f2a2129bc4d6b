import { Fault } from '../../errors.ts';
import type { MetricConfig } from '../../model/config.ts';
import type { ScopePair, Side } from '../../model/scope.ts';
import type { Pair, PairInstances, PairSide, Series } from '../../model/series.ts';
import { COUNTED_AS_ZERO } from '../../findings/values/counted-as-zero.ts';
import { aggregateInstances, type AggregatedSide } from './instances.ts';
import { tagKey } from '../tags.ts';

/** Both sides of one metric as its source gave them. */
export interface FetchedMetric {
  metric: MetricConfig;
  scope: ScopePair;
  baseline: Series[];
  canary: Series[];
  /** Text of each side's query. */
  queries?: Partial<Record<Side, string>> | undefined;
  /** Of a count metric: what its events are counted out of. */
  exposure?: Record<Side, Series[]>;
  /** Whether sides of different labels are refused (Kayenta's rule) instead of being found. */
  refusesOtherLabels?: boolean;
}

/** A pair that has no id yet, with the exposures of a count, and the instances of its sides where they are told apart. */
export type NewPair = Omit<Pair, 'id'> & {
  exposure?: Record<Side, number[]>;
  instances?: PairInstances;
};

/**
 * Pairs the two sides' series by equal tags (Kayenta's mixer): a series without a partner meets an
 * all-gap one, so that what is missing is seen by the judge and never silently dropped.
 * Throws `source-answer` when the sides carry different tag keys, where the config asks for that.
 */
export function pairSeries(fetched: FetchedMetric): NewPair[] {
  const { metric, exposure } = fetched;
  if (metric.instances === undefined) return pairSides(fetched);
  const policy = metric.instances;
  // exposures by the same rule: events of a mean instance are counted out of requests of a mean instance
  const of = (side: Side, series: readonly Series[]) =>
    aggregateInstances(series, policy, { metric: metric.name, side });
  const both = (sides: Record<Side, Series[]>) =>
    retag({ baseline: of('baseline', sides.baseline), canary: of('canary', sides.canary) });
  const whole = both(fetched);
  const counted = exposure === undefined ? undefined : both(exposure);
  const pairs = pairSides({
    ...fetched,
    baseline: whole.baseline.series,
    canary: whole.canary.series,
    ...(counted === undefined
      ? {}
      : { exposure: { baseline: counted.baseline.series, canary: counted.canary.series } }),
  });
  return pairs.map((pair) => ({
    ...pair,
    instances: {
      baseline: whole.baseline.instances.get(tagKey(pair.tags)) ?? [],
      canary: whole.canary.instances.get(tagKey(pair.tags)) ?? [],
    },
  }));
}

/**
 * Sides of one group of instances each belong together, whatever else their labels say: `app` names the side in
 * most queries. They keep the labels that are equal on both.
 */
function retag(sides: Record<Side, AggregatedSide>): Record<Side, AggregatedSide> {
  const [baseline, canary] = [sides.baseline.series, sides.canary.series];
  if (baseline.length !== 1 || canary.length !== 1) return sides;
  const other = canary[0]!.tags;
  const tags = Object.fromEntries(
    Object.entries(baseline[0]!.tags).filter(([name, value]) => other[name] === value),
  );
  const tagged = ({ series: [only], instances }: AggregatedSide): AggregatedSide => ({
    series: [{ ...only!, tags }],
    instances: new Map([[tagKey(tags), [...instances.values()].flat()]]),
  });
  return { baseline: tagged(sides.baseline), canary: tagged(sides.canary) };
}

function pairSides(fetched: FetchedMetric): NewPair[] {
  if (fetched.refusesOtherLabels === true) checkTagKeys(fetched);
  const discarded = discardedSide(fetched);
  const kept = { ...fetched, ...(discarded === undefined ? {} : { [discarded]: [] }) };
  return tagSets(kept).map((tags) => ({
    metric: fetched.metric.name,
    tags,
    ...sidesFor(tags, kept, fetched),
  }));
}

/**
 * When only one side has an untagged series, the other, tagged side decides and all of the first is
 * left out: it holds a sum that has no partner.
 */
function discardedSide({ baseline, canary }: FetchedMetric): Side | undefined {
  if (baseline.length === 0 || canary.length === 0) return undefined;
  const [ofBaseline, ofCanary] = [hasUntagged(baseline), hasUntagged(canary)];
  if (ofBaseline === ofCanary) return undefined;
  return ofBaseline ? 'baseline' : 'canary';
}

function hasUntagged(series: Series[]): boolean {
  return series.some(({ tags }) => Object.keys(tags).length === 0);
}

/** The distinct tag sets to pair; without any series, the one without tags. */
function tagSets({ baseline, canary }: FetchedMetric): Record<string, string>[] {
  const all = [...baseline, ...canary].map(({ tags }) => tags);
  if (all.length === 0) return [{}];
  return [...new Map(all.map((tags) => [tagKey(tags), tags])).values()];
}

function sidesFor(
  tags: Record<string, string>,
  kept: FetchedMetric,
  fetched: FetchedMetric,
): Pick<NewPair, 'baseline' | 'canary' | 'exposure'> {
  const baseline = sideFor(tags, 'baseline', kept.baseline, fetched);
  const canary = sideFor(tags, 'canary', kept.canary, fetched);
  if (fetched.exposure === undefined) return { baseline, canary };
  const exposure = exposureFor(tags, fetched.exposure);
  return {
    baseline: zerosForNoEvents(baseline, exposure.baseline),
    canary: zerosForNoEvents(canary, exposure.canary),
    exposure,
  };
}

/** Events that matched nothing at all did not happen, where there was something that they are counted out of. */
function zerosForNoEvents(side: PairSide, exposure: readonly number[]): PairSide {
  const isBlank = side.values.every((value) => Number.isNaN(value));
  if (!isBlank || !exposure.some((amount) => amount > 0)) return side;
  return {
    ...side,
    values: side.values.map((gap, i) => (exposure[i]! > 0 ? 0 : gap)),
    attributes: { ...side.attributes, [COUNTED_AS_ZERO]: 'the events' },
  };
}

function sideFor(
  tags: Record<string, string>,
  side: Side,
  kept: Series[],
  fetched: FetchedMetric,
): PairSide {
  const series = kept.find((candidate) => tagKey(candidate.tags) === tagKey(tags));
  if (series === undefined) return allGaps(side, fetched);
  const { startAt, stepMs, values, attributes } = series;
  return { startAt, stepMs, values, attributes };
}

/** Exposures with the pair's tags, or untagged ones, which then hold for every pair; none = gaps. */
function exposureFor(
  tags: Record<string, string>,
  exposure: Record<Side, Series[]>,
): Record<Side, number[]> {
  const of = (side: Side) => {
    const own = exposure[side].find((series) => tagKey(series.tags) === tagKey(tags));
    return (own ?? exposure[side].find((series) => tagKey(series.tags) === '[]'))?.values ?? [];
  };
  return { baseline: of('baseline'), canary: of('canary') };
}

function allGaps(side: Side, fetched: FetchedMetric): PairSide {
  const { startAt, endAt, stepSeconds } = fetched.scope[side];
  const stepMs = stepSeconds * 1000;
  const template = fetched[side][0];
  const query = fetched.queries?.[side];
  const count = template?.values.length ?? Math.floor((endAt - startAt) / stepMs);
  return {
    startAt: template?.startAt ?? startAt,
    stepMs: template?.stepMs ?? stepMs,
    values: Array.from({ length: count }, () => Number.NaN),
    attributes: template?.attributes ?? (query === undefined ? {} : { query }),
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
