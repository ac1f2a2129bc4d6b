import type { MetricConfig } from '../model/config.ts';
import type { SampleSummary } from '../model/judgement/judgement.ts';
import { mean, standardDeviation } from '../stats/moments.ts';
import { outlierFences } from '../stats/outlier-fences.ts';

/** The values of one side that are judged. */
export interface Sample {
  /** Ascending, without NaN; infinities stay. */
  sorted: Float64Array;
  /** The same in the order received. */
  values: Float64Array;
  summary: SampleSummary;
}

/**
 * Makes one side of a pair ready: gaps first, then outliers, each side for itself.
 *
 * Convention: a gap (NaN) is dropped or becomes 0; outliers lie beyond Tukey's fences, widened to the
 * 1st and 99th percentile. The summary is taken in the order received, as its last bits depend on it.
 * Edge cases: an empty sample has a summary of zeros.
 * Source: Kayenta's `NetflixACAJudge`, steps 2 to 4.
 */
export function clean(
  received: readonly number[],
  metric: Pick<MetricConfig, 'missingValues' | 'outliers'>,
): Sample {
  const { values: present, missing } = fillOrDropGaps(received, metric.missingValues);
  const ascending = present.slice().sort();
  const { values, sorted } =
    metric.outliers.strategy === 'remove'
      ? dropOutliers(present, ascending, metric.outliers.factor)
      : { values: present, sorted: ascending };
  return {
    sorted,
    values,
    summary: {
      ...summarize(values, sorted),
      received: received.length,
      missing,
      outliers: present.length - values.length,
    },
  };
}

function fillOrDropGaps(
  received: readonly number[],
  missingValues: MetricConfig['missingValues'],
): { values: Float64Array; missing: number } {
  const values = new Float64Array(received.length);
  let count = 0;
  let missing = 0;
  for (const value of received) {
    if (!Number.isNaN(value)) values[count++] = value;
    else {
      missing++;
      if (missingValues === 'zero') values[count++] = 0;
    }
  }
  return { values: values.subarray(0, count), missing };
}

function dropOutliers(
  values: Float64Array,
  ascending: Float64Array,
  factor: number,
): { values: Float64Array; sorted: Float64Array } {
  const { lower, upper } = outlierFences(ascending, factor, true);
  // fences may be NaN next to infinities; then nothing lies beyond them
  const isInside = (value: number): boolean => !(value < lower || value > upper);
  return { values: values.filter(isInside), sorted: ascending.filter(isInside) };
}

function summarize(
  values: Float64Array,
  sorted: Float64Array,
): Pick<SampleSummary, 'count' | 'min' | 'max' | 'mean' | 'std'> {
  const count = values.length;
  if (count === 0) return { count, min: 0, max: 0, mean: 0, std: 0 };
  const center = mean(values);
  const std = standardDeviation(values, center);
  return { count, min: sorted[0]!, max: sorted[count - 1]!, mean: center, std };
}
