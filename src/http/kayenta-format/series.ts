import { instantText } from '../../model/kayenta-format/java-text.ts';
import type { Pair, PairSide, Series } from '../../model/series.ts';
import type { Scope } from '../../model/scope.ts';

/** A pair in Kayenta's form; numbers that JSON cannot hold become texts when it is written. */
export function formatPair({ id, metric, tags, baseline, canary }: Pair) {
  return {
    name: metric,
    id,
    tags,
    values: { control: baseline.values, experiment: canary.values },
    scopes: { control: formatGrid(baseline), experiment: formatGrid(canary) },
    attributes: { control: baseline.attributes, experiment: canary.attributes },
  };
}

function formatGrid({ startAt, stepMs }: PairSide) {
  return { startTimeIso: instantText(startAt), startTimeMillis: startAt, stepMillis: stepMs };
}

/** What a query answered as a metric set list; nothing is a set of its scope without values. */
export function formatMetricSets(
  name: string,
  series: Series[],
  { query, scope }: { query: string; scope: Scope },
) {
  const { startAt, endAt, stepSeconds } = scope;
  if (series.length === 0) {
    const times = formatSetTimes(startAt, endAt, stepSeconds * 1000);
    return [{ name, tags: {}, ...times, values: [], attributes: { query } }];
  }
  return series.map(({ tags, startAt, stepMs, values, attributes }) => {
    const times = formatSetTimes(startAt, startAt + values.length * stepMs, stepMs);
    return { name, tags, ...times, values, attributes };
  });
}

function formatSetTimes(startAt: number, endAt: number, stepMillis: number) {
  return {
    startTimeMillis: startAt,
    startTimeIso: instantText(startAt),
    endTimeMillis: endAt,
    endTimeIso: instantText(endAt),
    stepMillis,
  };
}
