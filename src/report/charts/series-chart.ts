import { extent } from 'd3-array';
import { scaleLinear, scaleUtc, type ScaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Pair, PairSide } from '../../model/series.ts';
import { formatClock, formatInstant, formatNumber } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { PLOT, renderColumn, renderMoment, renderRow, round, SIZES, type Size } from './axes.ts';
import { thinPoints, type Point } from './thin-points.ts';
import { toleratedFrom, type Tolerance } from './tolerance.ts';

interface Options {
  unit?: string | undefined;
  /** The canary's sample, from 0, with which a change began. */
  since?: number | undefined;
  /** What is tolerated over the baseline, as a band. */
  tolerance?: Tolerance | undefined;
  size?: keyof typeof SIZES;
}

/** Both series on one grid, in a frame that scrolls where it is too narrow. */
export function renderSeriesChart(pair: Pair, id: string, options: Options = {}): SafeHtml {
  const chart = renderSeriesSvg(pair, id, options);
  if (chart === undefined) return html`<p class="quiet">Neither side has a value to draw.</p>`;
  return html`<div
    class="scroll"
    tabindex="0"
    role="group"
    aria-label="${options.size === 'small' ? 'What decided' : 'Chart'}: ${pair.metric}"
  >
    ${chart}
  </div>`;
}

/** Baseline solid, canary dashed, gaps left open; undefined where neither side has a value. */
export function renderSeriesSvg(
  pair: Pair,
  id: string,
  options: Options = {},
): SafeHtml | undefined {
  const { unit = '' } = options;
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
  if (!all.some(({ value }) => Number.isFinite(value))) return undefined;
  const x = scaleUtc(timeDomain(pair), [PLOT.left, width - PLOT.right]);
  const y = scaleLinear(valueDomain(all), [height - PLOT.bottom, PLOT.top]).nice(ticks.y);
  const draw = line<Point>()
    .defined(({ value }) => Number.isFinite(value))
    .x(({ at }) => round(x(at)))
    .y(({ value }) => round(y(value)));
  return html`<svg
    class="series ${options.size ?? 'large'}"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-labelledby="${id}-title ${id}-text"
  >
    <title id="${id}-title">${pair.metric}: baseline and canary over time</title>
    <desc id="${id}-text">${describe(pair, unit)}</desc>
    ${renderTolerated(lines.baseline, options.tolerance, { x, y })}
    ${y.ticks(ticks.y).map((value) => renderRow(y(value), formatNumber(value, unit), size))}
    ${x.ticks(ticks.x).map((at) => renderColumn(x(at), at.getTime(), size))}
    ${renderLine('baseline', draw(lines.baseline))} ${renderLine('canary', draw(lines.canary))}
    ${renderOnset(pair.canary, options.since, { x, size })}
    ${renderLegend(pair, size, options.tolerance)}
  </svg>`;
}

/** Where the canary may lie, step by step; what reaches beyond the axis is cut off there. */
function renderTolerated(
  baseline: Point[],
  tolerance: Tolerance | undefined,
  { x, y }: { x: (at: number) => number; y: ScaleLinear<number, number> },
): Content {
  if (tolerance === undefined) return undefined;
  const clamped = y.copy().clamp(true);
  const path = area<Point>()
    .defined(({ value }) => Number.isFinite(value))
    .x(({ at }) => round(x(at)))
    .y0(({ value }) => round(clamped(toleratedFrom(value, tolerance)[0])))
    .y1(({ value }) => round(clamped(toleratedFrom(value, tolerance)[1])))(baseline);
  return html`<path class="band" d="${path ?? ''}" fill="#dfe7dc" />`;
}

function renderOnset(
  { startAt, stepMs }: PairSide,
  since: number | undefined,
  { x, size }: { x: (at: number) => number; size: Size },
): Content {
  if (since === undefined) return undefined;
  const at = startAt + since * stepMs;
  const word = startAt > 0 ? `${formatClock(at)} UTC` : `sample ${since + 1}`;
  return renderMoment(round(x(at)), `changed from ${word}`, { size });
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

function renderLegend(
  { baseline, canary }: Pair,
  size: Size,
  tolerance: Tolerance | undefined,
): SafeHtml {
  const isLarge = size === SIZES.large;
  const isShifted = isLarge && baseline.startAt !== canary.startAt;
  const shifted = isShifted ? `, from ${formatInstant(baseline.startAt)}` : '';
  const [first, second, third] = isLarge ? [PLOT.left, 400, 520] : [8, 108, 196];
  return html`<g class="legend">
    <path class="line baseline" d="M${first},12h28" stroke="#0060a8" stroke-width="2" /><text
      x="${first + 36}"
      y="16"
      fill="#222"
      >baseline${shifted}</text
    >
    <path
      class="line canary"
      d="M${second},12h28"
      stroke="#b84a00"
      stroke-width="2"
      stroke-dasharray="6 4"
    /><text x="${second + 36}" y="16" fill="#222">canary</text>
    ${
      tolerance !== undefined &&
      html`<rect class="band" x="${third}" y="6" width="14" height="12" fill="#dfe7dc" /><text
          x="${third + 20}"
          y="16"
          fill="#222"
          >tolerated</text
        >`
    }
    <text x="${size.width - PLOT.right}" y="16" text-anchor="end" fill="#555">UTC</text>
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
