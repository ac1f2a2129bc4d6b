import { durationOf } from '../../model/native-format.ts';
import type { components } from '../../openapi.d.ts';
import type { TriedMetric } from './tried-metric.ts';

type Schemas = components['schemas'];
type Series = Schemas['PreviewSeries'];

/** Of the past of one metric's baseline: its series, and what its events are counted out of. */
export interface BaselinePast {
  metric: string;
  value: Series;
  exposure?: Series;
}

export function pastOf({ metric, value, exposure }: TriedMetric): BaselinePast | undefined {
  const [own] = value.baseline.series;
  const [counted] = exposure?.baseline.series ?? [];
  if (own === undefined || (exposure !== undefined && counted === undefined)) return undefined;
  return { metric: metric.name, value: own, ...(counted && { exposure: counted }) };
}

/** Windows of the baseline's past, oldest first, each with the one after it in the canary's place: an A/A comparison. */
export function pairsOfPast(
  past: readonly BaselinePast[],
  samples: number,
): Schemas['SeriesPair'][] {
  return past.flatMap(({ metric, value, exposure }) => {
    const starts = windowStarts(value.values.length, samples);
    return starts.flatMap((from, index) => {
      const next = starts[index + 1] ?? starts[index - 1];
      if (next === undefined) return [];
      const cut = (values: Schemas['Value'][], at: number) => values.slice(at, at + samples);
      const of = ({ values }: Series) => ({
        baseline: cut(values, from),
        canary: cut(values, next),
      });
      if (!isMostlyThere(cut(value.values, from))) return [];
      return [
        {
          metric,
          start: instantAt(value, from),
          step: value.step,
          ...of(value),
          ...(exposure === undefined ? {} : { exposure: of(exposure) }),
        },
      ];
    });
  });
}

function windowStarts(length: number, samples: number): number[] {
  const count = Math.floor(length / samples);
  const first = length - count * samples;
  return Array.from({ length: count }, (_, index) => first + index * samples);
}

function isMostlyThere(values: readonly Schemas['Value'][]): boolean {
  return values.filter((value) => value !== null).length * 2 > values.length;
}

function instantAt({ start, step }: Series, index: number): string {
  return new Date(Date.parse(start) + index * durationOf(step)).toISOString();
}
