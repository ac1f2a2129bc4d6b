import { renderSeriesSvg } from '../charts/series-chart.ts';
import { toleranceOf } from '../charts/tolerance.ts';
import { headlineOf } from '../banner.ts';
import { formatNumber, formatScore } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { estimateText } from '../metric/change-text.ts';
import { metricRows, type MetricRow } from '../metric/metric-row.ts';
import type { ReportView } from '../view.ts';
import { metricSign, signOf, type Tone } from '../vocabulary.ts';
import { cutText, wrapText } from './fit-text.ts';

/** In pixels, as services show previews of links. */
export const PICTURE = { width: 1200, height: 630 } as const;
const EDGE = 56;
/** Of the list beside the chart. */
const LIST = { x: 780, width: 364, rows: 4 } as const;
const BODY_TOP = 306;

/** Those of the light scheme: who looks at a chat has not told us another. */
const COLORS: Record<Tone, string> = {
  pass: '#00563b',
  marginal: '#7a4b00',
  fail: '#a3230f',
  nodata: '#4a4f57',
  error: '#6b2d8f',
  neutral: '#1c2128',
};
const QUIET = '#57606a';

/**
 * A report in one look, as an SVG that needs no stylesheet: verdict, reason, the metric that decided as a chart, and
 * the worst ones in numbers. Every text is cut to its place.
 */
export function renderPicture(view: ReportView): string {
  const { analysis } = view;
  const { glyph, word, tone } = signOf(analysis);
  const { verdict, score, snapshot } = analysis;
  const rows = metricRows(view);
  const points = verdict === undefined || score === undefined ? '' : ` ${formatScore(score)} / 100`;
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${PICTURE.width} ${PICTURE.height}"
    font-family="DejaVu Sans"
  >
    <rect width="${PICTURE.width}" height="${PICTURE.height}" fill="#ffffff" />
    <rect width="16" height="${PICTURE.height}" fill="${COLORS[tone]}" />
    <text x="${EDGE}" y="98" font-size="60" font-weight="700" fill="${COLORS[tone]}">
      ${glyph} ${word}${points}
    </text>
    <text x="${EDGE}" y="146" font-size="26" fill="${QUIET}">
      ${cutText(`${snapshot.configName}: ${sidesOf(view)}`, 26, PICTURE.width - 2 * EDGE)}
    </text>
    ${wrapText(reasonOf(view, word), 28, { width: PICTURE.width - 2 * EDGE, lines: 3 }).map((line, index) => html`<text x="${EDGE}" y="${196 + 38 * index}" font-size="28" fill="#1c2128">${line}</text>`)}
    ${rows[0] !== undefined && renderWorst(rows[0])} ${renderList(rows)}
    <text x="${PICTURE.width - EDGE}" y="606" font-size="18" text-anchor="end" fill="${QUIET}">
      Canary Verdict
    </text>
  </svg>`.toString();
}

/** A picture stays as it is: nobody can reload it. */
function reasonOf(view: ReportView, word: string): string {
  return headlineOf(view, word).replace(/ Reload for news\.$/, '');
}

function sidesOf({ analysis }: ReportView): string {
  const [scopes] = Object.values(analysis.snapshot.scopes);
  return scopes === undefined ? '' : `${scopes.baseline.scope} → ${scopes.canary.scope}`;
}

function renderWorst({ metric, pair, config }: MetricRow): Content {
  if (pair === undefined) return undefined;
  const chart = renderSeriesSvg(pair, 'chart', {
    unit: metric.unit,
    since: metric.evidence?.since,
    tolerance: toleranceOf(metric, config),
    size: 'small',
  });
  if (chart === undefined) return undefined;
  return html`<text x="${EDGE}" y="${BODY_TOP}" font-size="22" font-weight="700" fill="#1c2128"
      >${cutText(metric.metric, 22, 680)}</text
    >
    <svg x="${EDGE - 8}" y="${BODY_TOP + 10}" width="690" height="264" font-size="11">
      ${chart}
    </svg>`;
}

function renderList(rows: readonly MetricRow[]): SafeHtml {
  const shown = rows.slice(0, LIST.rows);
  const rest = rows.length - shown.length;
  return html`${shown.map((row, index) => renderRow(row, BODY_TOP + 66 * index))}
  ${rest > 0 && html`<text x="${LIST.x}" y="${BODY_TOP + 66 * LIST.rows}" font-size="18" fill="${QUIET}">and ${rest} more</text>`}`;
}

function renderRow({ metric, direction }: MetricRow, y: number): SafeHtml {
  const { glyph, word, tone } = metricSign(metric, direction);
  const { baseline, canary, unit } = metric;
  const change = estimateText(metric);
  const isCompared = baseline.count > 0 && canary.count > 0;
  const values = isCompared
    ? `${formatNumber(baseline.mean, unit)} → ${formatNumber(canary.mean, unit)}`
    : word;
  const told = `${values}${change === undefined ? '' : ` (${change})`}`;
  return html`<text x="${LIST.x}" y="${y}" font-size="20" font-weight="700" fill="${COLORS[tone]}"
      >${cutText(`${glyph} ${metric.metric}`, 20, LIST.width)}</text
    >
    <text x="${LIST.x}" y="${y + 26}" font-size="18" fill="#1c2128"
      >${cutText(told, 18, LIST.width)}</text
    >`;
}
