import type { components } from '../../openapi.d.ts';
import { formatNumber } from '../../report/format.ts';
import { withoutControls } from '../../report/text.ts';
import type { MetricQuery } from './metric-queries.ts';
import { sparkline } from './sparkline.ts';

type Schemas = components['schemas'];
type Side = Schemas['PreviewSide'];
type Series = Schemas['PreviewSeries'];

const MOST_SERIES = 3;

/** One query with what both sides answered, as lines. */
export function renderPreview(
  { metric, part, unit }: Omit<MetricQuery, 'query'>,
  { account, baseline, canary }: Schemas['Preview'],
  width: number,
): string[] {
  const title = `${metric}${part === '' ? '' : ` (${part})`}`;
  const remarks = new Set([...baseline.remarks, ...(canary?.remarks ?? [])]);
  return [
    `${title}, account ${account}`,
    ...renderSide('baseline', baseline, { unit, width }),
    ...(canary === undefined ? [] : renderSide('canary', canary, { unit, width })),
    ...[...remarks].map((text) => `  ! ${text}`),
  ].map(withoutControls);
}

function renderSide(
  name: string,
  { query, tookMs, series, omitted }: Side,
  { unit, width }: { unit: string | undefined; width: number },
): string[] {
  const count = series.length + omitted;
  const head = `  ${name.padEnd(8)}  ${query}`;
  const many = count > 1 ? `, ${count} series` : '';
  if (count === 0) return [head, `            no series (${tookMs} ms)`];
  const shown = series.slice(0, MOST_SERIES);
  return [
    `${head}${many}`,
    ...shown.flatMap((one) => [
      `            ${sparkline(one.values.map(numberOf), Math.max(10, width - 14))}`,
      `            ${describeSeries(one, unit)} (${tookMs} ms)${tagsOf(one)}`,
    ]),
    ...(count > shown.length ? [`            and ${count - shown.length} more series`] : []),
  ];
}

function describeSeries({ points, gaps, last, mean, least, most }: Series, unit?: string): string {
  if (points === 0) return `no point, ${gaps} gaps`;
  const gapsText = gaps === 1 ? '1 gap' : `${gaps} gaps`;
  const range = `${formatNumber(least, unit)} to ${formatNumber(most, unit)}`;
  return `${points} points, ${gapsText}, last ${formatNumber(last, unit)}, mean ${formatNumber(mean, unit)}, ${range}`;
}

function tagsOf({ tags }: Series): string {
  const texts = Object.entries(tags).map(([key, value]) => `${key}="${value}"`);
  return texts.length === 0 ? '' : ` {${texts.join(', ')}}`;
}

/** On the wire a gap is null. */
export function numberOf(value: Schemas['Value']): number {
  return value === null ? Number.NaN : Number(value);
}

/** Whether a side has at least one number. */
export function hasData(side: Pick<Side, 'series'>): boolean {
  return side.series.some(({ points }) => points > 0);
}
