import { Fault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import { keyOfTags } from '../grid/range-series.ts';
import { textField, wrongField } from './query-fields.ts';

/** What every query may say of the series that it answers. */
export interface SeriesOptions {
  /** Labels that are kept; undefined keeps all. */
  labels?: readonly string[];
  /** Values are multiplied by it. */
  scale: number;
  /** What a step is for which the source has nothing: a gap, or, for counts alone, 0. */
  empty: 'gap' | 'zero';
}

export function readSeriesOptions(query: SourceQuery): SeriesOptions {
  const { labels, scale = 1 } = query;
  const empty = textField(query, 'empty') ?? 'gap';
  if (empty !== 'gap' && empty !== 'zero') throw wrongField(query, 'empty', 'gap or zero');
  if (typeof scale !== 'number') throw wrongField(query, 'scale', 'a number');
  if (labels === undefined || labels === null) return { scale, empty };
  const isList = Array.isArray(labels) && labels.every((label) => typeof label === 'string');
  if (!isList) throw wrongField(query, 'labels', 'a list of texts');
  return { labels, scale, empty };
}

/**
 * Series with the labels that are kept, which must still tell them apart: two with equal ones could not be
 * paired. Faults are `source-answer`.
 */
export function keepLabels(
  series: readonly RangeSeries[],
  { labels }: Pick<SeriesOptions, 'labels'>,
): RangeSeries[] {
  const kept = series.map((one) => ({
    ...one,
    tags:
      labels === undefined
        ? one.tags
        : Object.fromEntries(Object.entries(one.tags).filter(([label]) => labels.includes(label))),
  }));
  const seen = new Set<string>();
  for (const { tags } of kept) {
    const key = keyOfTags(tags);
    if (seen.has(key)) {
      const what = `two series with the labels ${JSON.stringify(tags)}; group by a label that tells them apart, and keep it in "labels", or aggregate`;
      throw new Fault('source-answer', what);
    }
    seen.add(key);
  }
  return kept;
}

/** Values scaled, and gaps filled where the query says that nothing is 0. */
export function finishValues(
  values: readonly number[],
  { scale, empty }: Pick<SeriesOptions, 'scale' | 'empty'>,
): number[] {
  return values.map((value) => (Number.isNaN(value) && empty === 'zero' ? 0 : value * scale));
}
