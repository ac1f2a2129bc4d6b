import { extent } from 'd3-array';
import { scaleLinear, scaleUtc } from 'd3-scale';
import { line } from 'd3-shape';
import type { Pair, PairSide } from '../../model/series.ts';
import { formatClock, formatInstant, formatNumber } from '../format.ts';
import { html, type SafeHtml } from '../html.ts';
import { thinPoints, type Point } from './thin-points.ts';

/** In pixels; the small one is readable at the width of a phone. */
const SIZES = {
  large: { width: 720, height: 240, ticks: { x: 6, y: 4 } },
  small: { width: 340, height: 130, ticks: { x: 3, y: 3 } },
} as const;
type Size = (typeof SIZES)[keyof typeof SIZES];
const PLOT = { left: 64, right: 8, top: 28, bottom: 28 };

/**
 * Both series on one grid: baseline solid, canary dashed, gaps left open.
 *
 * @param since the canary's sample, from 0, with which a change began
 */
export function renderSeriesChart(
  pair: Pair,
  id: string,
  options: {
    unit?: string | undefined;
    since?: number | undefined;
    size?: keyof typeof SIZES;
  } = {},
): SafeHtml {
  const { unit = '', since } = options;
  const size = SIZES[options.size ?? 'large'];
  const { width, height, ticks } = size;
  // two pixels each: a page of such charts stays below a megabyte
  const columns = (width - PLOT.left - PLOT.right) / 2;
  // Sides may be read at different times: each starts at the left edge, the axis shows the canary's clock.
  const lines = {
    baseline: thinPoints({ ...pair.baseline, startAt: pair.canary.startAt }, columns),
    canary: thinPoints(pair.canary, columns),
  };
  const all = [...lines.baseline, ...lines.canary];
  if (!all.some(({ value }) => Number.isFinite(value))) {
    return html`<p class="quiet">Neither side has a value to draw.</p>`;
  }
  const x = scaleUtc(timeDomain(pair), [PLOT.left, width - PLOT.right]);
  const y = scaleLinear(valueDomain(all), [height - PLOT.bottom, PLOT.top]).nice(ticks.y);
  const draw = line<Point>()
    .defined(({ value }) => Number.isFinite(value))
    .x(({ at }) => round(x(at)))
    .y(({ value }) => round(y(value)));
  return html`<div
    class="scroll"
    tabindex="0"
    role="group"
    aria-label="${options.size === 'small' ? 'What decided' : 'Chart'}: ${pair.metric}"
  >
    <svg
      class="series ${options.size ?? 'large'}"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-labelledby="${id}-title ${id}-text"
    >
      <title id="${id}-title">${pair.metric}: baseline and canary over time</title>
      <desc id="${id}-text">${describe(pair, unit)}</desc>
      ${y.ticks(ticks.y).map((value) => renderRow(y(value), formatNumber(value, unit), size))}
      ${x.ticks(ticks.x).map((at) => renderColumn(x(at), at.getTime(), size))}
      ${renderLine('baseline', draw(lines.baseline))} ${renderLine('canary', draw(lines.canary))}
      ${since !== undefined && renderOnset(pair.canary, since, { x, size })}
      ${renderLegend(pair, size)}
    </svg>
  </div>`;
}

const STROKES = {
  baseline: { color: '#0060a8', dashes: undefined },
  canary: { color: '#b84a00', dashes: '6 4' },
} as const;

function renderLine(side: keyof typeof STROKES, path: string | null): SafeHtml {
  const { color, dashes } = STROKES[side];
  return html`<path
    class="line ${side}"
    d="${path ?? ''}"
    fill="none"
    stroke="${color}"
    stroke-width="2"
    stroke-linecap="round"
    ${dashes !== undefined && html` stroke-dasharray="${dashes}"`}
  />`;
}

/** From the first value to the last one of either side, gaps included. */
function timeDomain({ baseline, canary }: Pair): [number, number] {
  const spans = [baseline, canary].map(({ values, stepMs }) => (values.length - 1) * stepMs);
  return [canary.startAt, canary.startAt + Math.max(...spans)];
}

/** Near zero the axis starts there; far from it the shape matters more than the distance. */
function valueDomain(points: Point[]): [number, number] {
  const values = points.map(({ value }) => value).filter(Number.isFinite);
  const [low, high] = extent(values) as [number, number];
  if (low >= 0 && low <= 0.5 * high) return [0, high];
  const margin = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
  return [low - margin, high + margin];
}

function renderRow(y: number, label: string, { width }: Size): SafeHtml {
  return html`<line
      class="grid"
      x1="${PLOT.left}"
      x2="${width - PLOT.right}"
      y1="${round(y)}"
      y2="${round(y)}"
      stroke="#ddd"
    />
    <text x="${PLOT.left - 8}" y="${round(y) + 4}" text-anchor="end" fill="#555">${label}</text>`;
}

function renderColumn(x: number, at: number, { height }: Size): SafeHtml {
  const isMidnight = at % 86_400_000 === 0;
  const label = isMidnight ? formatInstant(at).slice(5, 10) : formatClock(at);
  return html`<line
      class="grid"
      x1="${round(x)}"
      x2="${round(x)}"
      y1="${height - PLOT.bottom}"
      y2="${height - PLOT.bottom + 4}"
      stroke="#999"
    />
    <text x="${round(x)}" y="${height - 8}" text-anchor="middle" fill="#555">${label}</text>`;
}

/** Where a change began, with its time. */
function renderOnset(
  { startAt, stepMs }: PairSide,
  since: number,
  { x, size: { width, height } }: { x: (at: number) => number; size: Size },
): SafeHtml {
  const at = startAt + since * stepMs;
  const place = round(x(at));
  const isLate = place > width - 160;
  return html`<g class="onset">
    <line
      x1="${place}"
      x2="${place}"
      y1="${PLOT.top}"
      y2="${height - PLOT.bottom}"
      stroke="#a3230f"
      stroke-width="1.5"
      stroke-dasharray="2 3"
    /><text
      x="${place + (isLate ? -6 : 6)}"
      y="${PLOT.top + 12}"
      text-anchor="${isLate ? 'end' : 'start'}"
      fill="#a3230f"
      >changed from ${startAt > 0 ? `${formatClock(at)} UTC` : `sample ${since + 1}`}</text
    >
  </g>`;
}

function renderLegend({ baseline, canary }: Pair, { width }: Size): SafeHtml {
  const shifted =
    baseline.startAt === canary.startAt ? '' : `, from ${formatInstant(baseline.startAt)}`;
  return html`<g class="legend">
    <path class="line baseline" d="M${PLOT.left},12h28" stroke="#0060a8" stroke-width="2" /><text
      x="${PLOT.left + 36}"
      y="16"
      fill="#222"
      >baseline${shifted}</text
    >
    <path
      class="line canary"
      d="M${width / 2},12h28"
      stroke="#b84a00"
      stroke-width="2"
      stroke-dasharray="6 4"
    /><text x="${width / 2 + 36}" y="16" fill="#222">canary</text>
    <text x="${width - PLOT.right}" y="16" text-anchor="end" fill="#555">UTC</text>
  </g>`;
}

function describe({ baseline, canary }: Pair, unit: string): string {
  return `${describeLine('Baseline', baseline, unit)} ${describeLine('Canary', canary, unit)}`;
}

function describeLine(name: string, side: PairSide, unit: string): string {
  const values = side.values.filter(Number.isFinite);
  const [low, high] = extent(values);
  if (low === undefined) return `${name}: no values.`;
  const gaps = side.values.length - values.length;
  return `${name}: ${values.length} values from ${formatNumber(low, unit)} to ${formatNumber(high, unit)}, ${gaps} gaps.`;
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
