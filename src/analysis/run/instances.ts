import { Fault } from '../../errors.ts';
import type { Aggregate, MetricConfig } from '../../model/config.ts';
import type { Side } from '../../model/scope.ts';
import type { InstanceSeries, Series } from '../../model/series.ts';
import { aggregateValues } from '../../stats/aggregate-values.ts';
import { tagKey } from '../tags.ts';

/** A side of a metric as one series a group of instances, with the instances by the group's tags. */
export interface AggregatedSide {
  series: Series[];
  instances: Map<string, InstanceSeries[]>;
}

/**
 * Puts the instances of a side together, step by step over those that have a value there. Series belong together
 * when all their tags but the instance's own are equal. Fault `source-answer` when a series lacks that tag.
 */
export function aggregateInstances(
  series: readonly Series[],
  { label, aggregate }: NonNullable<MetricConfig['instances']>,
  place: { metric: string; side: Side },
): AggregatedSide {
  const groups = new Map<string, Series[]>();
  for (const one of series) {
    if (one.tags[label] === undefined) throw lacksLabel(one, label, place);
    const key = tagKey(withoutLabel(one.tags, label));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const aggregated = [...groups.values()].map((members) => combine(members, label, aggregate));
  return {
    series: aggregated.map(({ whole }) => whole),
    instances: new Map(aggregated.map(({ whole, parts }) => [tagKey(whole.tags), parts])),
  };
}

/** One series of several on one step, from the first start to the last end of any. */
function combine(members: Series[], label: string, aggregate: Aggregate) {
  const { stepMs, attributes, tags } = members[0]!;
  const startAt = Math.min(...members.map((one) => one.startAt));
  const shiftOf = (one: Series) => Math.round((one.startAt - startAt) / stepMs);
  const length = Math.max(...members.map((one) => shiftOf(one) + one.values.length));
  const parts = members.map((one) => ({
    name: one.tags[label]!,
    values: Array.from({ length }, (_, i) => one.values[i - shiftOf(one)] ?? Number.NaN),
  }));
  const values = Array.from({ length }, (_, i) =>
    // a gap only where no instance has a value: pods come and go
    aggregateValues(
      parts.map((part) => part.values[i]!),
      aggregate,
    ),
  );
  const whole = { tags: withoutLabel(tags, label), startAt, stepMs, values, attributes };
  return { whole, parts };
}

function withoutLabel(tags: Record<string, string>, label: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => name !== label));
}

function lacksLabel(
  { tags }: Series,
  label: string,
  { metric, side }: { metric: string; side: Side },
): Fault {
  const known = Object.keys(tags).join(', ') || 'none';
  return new Fault(
    'source-answer',
    `metric "${metric}", ${side}: a series has no label "${label}", which tells its instances apart (labels: ${known}); keep the label in the query, for example sum by (${label}) (...)`,
    { subject: `metric "${metric}"` },
  );
}
