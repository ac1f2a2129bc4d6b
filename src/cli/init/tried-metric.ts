import type { components } from '../../openapi.d.ts';
import { numberOf } from '../trial/render-preview.ts';

type Schemas = components['schemas'];
type Side = Schemas['PreviewSide'];

/** A metric of a pack with what its queries answered. */
export interface Previewed {
  /** By its name in the pack. */
  name: string;
  metric: Schemas['MetricConfig'];
  value: Schemas['Preview'];
  exposure?: Schemas['Preview'];
}

export interface TriedMetric extends Previewed {
  /** Why it is left out. */
  refused?: string;
  /** What a reader should know, though it is kept. */
  notes: string[];
}

/** With fewer of its points a series says too little. */
const LEAST_SHARE = 0.5;

/** Keeps a metric that the baseline answers; a canary that has nothing yet is only noted. */
export function judgePreview(previewed: Previewed): TriedMetric {
  const { value, exposure } = previewed;
  const refused =
    refusalOf(value.baseline) ??
    (exposure && refusalOf(exposure.baseline, 'of what it is counted out of '));
  if (refused !== undefined) return { ...previewed, refused, notes: [] };
  const sides = [value.canary, exposure?.canary].filter((side) => side !== undefined);
  const absent = sides.some((side) => refusalOf(side) !== undefined);
  const silent = exposure !== undefined && sumOf(value.baseline) === 0;
  return {
    ...previewed,
    notes: [
      ...(absent ? ['not seen on the canary'] : []),
      ...(silent ? ['never happened on the baseline in this time'] : []),
    ],
  };
}

function refusalOf({ series }: Side, of = ''): string | undefined {
  if (series.length === 0) return `no series ${of}on the baseline`;
  const points = Math.max(...series.map((one) => one.points));
  const all = Math.max(...series.map(({ values }) => values.length));
  if (points === 0) return `no value ${of}on the baseline`;
  if (points < LEAST_SHARE * all) return `only ${points} of ${all} points ${of}on the baseline`;
  return undefined;
}

export function sumOf({ series }: Pick<Side, 'series'>): number {
  const values = series.flatMap((one) => one.values.map(numberOf)).filter(Number.isFinite);
  return values.reduce((sum, value) => sum + value, 0);
}

/** Requests of a side in a minute, from the exposure of a count; undefined where nothing was counted. */
export function perMinute(side: Side | undefined, stepSeconds: number): number | undefined {
  const [series] = side?.series ?? [];
  if (series?.mean === undefined) return undefined;
  return (series.mean * 60) / stepSeconds;
}
