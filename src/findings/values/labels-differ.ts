import type { Side } from '../../model/scope.ts';
import type { Exhibit, Rule } from '../exhibit.ts';
import { hasValues } from '../values.ts';

type Tags = Record<string, string>;

/** Both sides have series, and no two of them belong together. */
export const findLabelsDiffer: Rule = (exhibit) => {
  const { metric, pairs, reads } = exhibit;
  if (reads !== 'both') return [];
  if (pairs.some((pair) => hasValues(pair, 'baseline') && hasValues(pair, 'canary'))) return [];
  const [baseline, canary] = [seriesTagsOf(exhibit, 'baseline'), seriesTagsOf(exhibit, 'canary')];
  if (baseline.length === 0 || canary.length === 0) return [];
  const labels = differingLabels(baseline, canary);
  const named =
    labels.length === 1 ? `label ${labels[0]} differs` : `labels ${labels.join(', ')} differ`;
  return [
    {
      code: 'labels-differ',
      numbers: { baselineSeries: baseline.length, canarySeries: canary.length },
      sentence: `${metric.name}: no series pairs: ${named} between the sides`,
      remedy: 'aggregate them away in the query, or list them under `instances`',
    },
  ];
};

/** Tags of the series of a side that hold a value; those that were left out at pairing are known from the answer. */
export function seriesTagsOf({ pairs, answers }: Exhibit, side: Side): Tags[] {
  const used = pairs.filter((pair) => hasValues(pair, side)).map(({ pair }) => pair.tags);
  if (used.length > 0) return used;
  const answered = answers?.[side].series ?? [];
  const known = new Set(pairs.map(({ pair }) => JSON.stringify(pair.tags)));
  return answered.filter((tags) => !known.has(JSON.stringify(tags)));
}

/** Labels that only one side has, or whose values never meet; all of them where each has met alone. */
function differingLabels(baseline: readonly Tags[], canary: readonly Tags[]): string[] {
  const names = [...new Set([...baseline, ...canary].flatMap((tags) => Object.keys(tags)))];
  const valuesOf = (series: readonly Tags[], name: string) =>
    new Set(series.map((tags) => tags[name]));
  const apart = names.filter((name) => {
    const known = valuesOf(baseline, name);
    return ![...valuesOf(canary, name)].some((value) => value !== undefined && known.has(value));
  });
  return apart.length > 0 ? apart : names;
}
