import type { PushedSample } from '../../model/pushed/samples.ts';
import type { Series } from '../../model/series.ts';
import type { Grid } from '../grid/grid.ts';
import type { SamplesQuery } from './push-query.ts';

/**
 * The series of values that were sent to an analysis: what the query makes of those of each step, which begins it.
 * A step without any is a gap. Quantiles are those of the values themselves, between two of them by their distance
 * (as R's type 7).
 */
export function seriesOfSamples(
  query: SamplesQuery,
  samples: readonly PushedSample[],
  { grid, text }: { grid: Grid; text: string },
): Series[] {
  const chosen = samples.filter(({ labels = {} }) =>
    Object.entries(query.labels).every(([key, value]) => labels[key] === value),
  );
  const groups = query.isByInstance
    ? Map.groupBy(chosen, ({ instance = '' }) => instance)
    : new Map(chosen.length === 0 ? [] : [[undefined, chosen]]);
  return [...groups].map(([instance, own]) => ({
    tags: instance === undefined ? {} : { instance },
    startAt: grid.startAt,
    stepMs: grid.stepMs,
    values: valuesOf(query, own, grid),
    attributes: { query: text },
  }));
}

function valuesOf(query: SamplesQuery, samples: readonly PushedSample[], grid: Grid): number[] {
  const bySlot = Map.groupBy(samples, ({ at }) => Math.floor((at - grid.startAt) / grid.stepMs));
  return Array.from({ length: grid.count }, (_, slot) => {
    const own = bySlot.get(slot);
    return own === undefined ? NaN : valueOf(query, own);
  });
}

function valueOf({ value, quantile }: SamplesQuery, samples: readonly PushedSample[]): number {
  const values = samples.map((sample) => sample.value);
  const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
  if (value === 'sum') return sum(values);
  if (value === 'mean') return sum(values) / values.length;
  if (value === 'min') return values.reduce((least, one) => Math.min(least, one));
  if (value === 'max') return values.reduce((most, one) => Math.max(most, one));
  if (value === 'last') return samples.reduce((a, b) => (b.at >= a.at ? b : a)).value;
  if (value === 'quantile') return quantileOf(values, quantile);
  const exposures = samples.flatMap(({ exposure }) => exposure ?? []);
  return exposures.length === 0 ? NaN : sum(exposures);
}

function quantileOf(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = quantile * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below]!, sorted[below + 1] ?? sorted[below]!];
  return low + (place - below) * (high - low);
}
