import { instantText } from '../format/java-text.ts';
import type { Series } from '../../../model/series.ts';
import type { Scope } from '../../../model/scope.ts';

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
