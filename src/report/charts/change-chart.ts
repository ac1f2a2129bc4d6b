import { scaleLinear, scaleUtc, type ScaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { MetricJudgement } from '../../model/judgement/judgement.ts';
import type { Pair } from '../../model/series.ts';
import { formatChange, formatClock } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { boundsText, estimateText, limitsOf } from '../metric/change-text.ts';
import { PLOT, renderColumn, renderMoment, renderRow, round, SIZES } from './axes.ts';
import {
  changePathOf,
  pointwiseRatios,
  type ChangeMoment,
  type ChangePath,
} from './change-path.ts';
import { thinPoints, type Point } from './thin-points.ts';

const SIZE = { ...SIZES.large, height: 200 } as const;
/** Of single steps: they are noise, and wider than the lines that decide. */
const COLUMNS = 160;

interface Scales {
  x: (at: number) => number;
  /** Beyond the axis values lie on its edge. */
  y: ScaleLinear<number, number>;
}

/**
 * The change of a metric over time against what is allowed: estimate and running interval of a judge that looks again
 * and again, else the interval of the whole window over the ratios step by step. Nothing where no ratio was tested.
 */
export function renderChangeChart(metric: MetricJudgement, pair: Pair, id: string): Content {
  const path = changePathOf(metric, pair);
  const { evidence } = metric;
  if (path === undefined || evidence === undefined) return undefined;
  const limits = limitsOf(evidence.effect);
  const { startAt, stepMs, values } = pair.canary;
  const endAt = Math.max(
    startAt + Math.max(1, values.length - 1) * stepMs,
    path.moments.at(-1)!.at,
  );
  const edges: [number, number] = [PLOT.left, SIZE.width - PLOT.right];
  const x = scaleUtc([Math.min(startAt, path.moments[0]!.at), endAt], edges);
  const y = scaleLinear(reachOf(path, limits), [SIZE.height - PLOT.bottom, PLOT.top])
    .nice(SIZE.ticks.y)
    .clamp(true);
  const scales = { x, y };
  const text = describe(metric, path, limits);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Change: ${pair.metric}">
      <svg
        class="series large"
        viewBox="0 0 ${SIZE.width} ${SIZE.height}"
        role="img"
        aria-labelledby="${id}-change-title ${id}-change-text"
      >
        <title id="${id}-change-title">
          ${pair.metric}: change over time against what is allowed
        </title>
        <desc id="${id}-change-text">${text}</desc>
        ${renderAllowed(evidence.effect.direction, limits, y)}
        ${y.ticks(SIZE.ticks.y).map((ratio) => renderRow(y(ratio), formatChange(ratio), SIZE))}
        ${x.ticks(SIZE.ticks.x).map((at) => renderColumn(x(at), at.getTime(), SIZE))}
        ${renderZero(y)} ${path.kind === 'window' && renderSteps(pair, scales)}
        ${renderRibbon(path.moments, scales)} ${renderEstimate(path.moments, scales)}
        ${path.turn !== undefined && renderMoment(round(x(path.turn.at)), turnText(path.turn, startAt), { size: SIZE })}
        ${renderLegend(path, metric)}
      </svg>
    </div>
    <p class="quiet">${text}</p>`;
}

/**
 * From which ratio to which: what is allowed, all estimates but the first quarter, and the last bounds as far as four
 * tolerances reach; early intervals are so wide that nothing else could be seen.
 */
function reachOf({ moments }: ChangePath, limits: readonly number[]): [number, number] {
  const settled = moments.slice(Math.floor(moments.length / 4));
  const { lower, upper } = moments.at(-1)!;
  const estimates = settled.flatMap(({ estimate }) => estimate ?? []);
  const core = [1, ...limits, ...estimates];
  const widest = 4 * Math.max(0.02, ...core.map((ratio) => Math.abs(ratio - 1)));
  const bounds = [lower, upper].flatMap((bound) => bound ?? []);
  const within = bounds.map((bound) => Math.min(1 + widest, Math.max(1 - widest, bound)));
  const [low, high] = [Math.min(...core, ...within), Math.max(...core, ...within)];
  const margin = 0.12 * (high - low) || 0.05;
  return [Math.max(0, low - margin), high + margin];
}

/** Open towards the side that does no harm. */
function renderAllowed(direction: string, limits: readonly number[], y: Scales['y']): Content {
  if (limits.length === 0) return undefined;
  const [bottom, top] = y.domain() as [number, number];
  const from = direction === 'increase' ? bottom : Math.min(...limits);
  const to = direction === 'decrease' ? top : Math.max(...limits);
  const edge = round(y(to));
  return html`<rect
    class="band"
    x="${PLOT.left}"
    y="${edge}"
    width="${SIZE.width - PLOT.left - PLOT.right}"
    height="${Math.max(1, round(y(from) - edge))}"
    fill="#dfe7dc"
  />`;
}

function renderZero(y: Scales['y']): SafeHtml {
  const height = round(y(1));
  return html`<line
    class="zero"
    x1="${PLOT.left}"
    x2="${SIZE.width - PLOT.right}"
    y1="${height}"
    y2="${height}"
    stroke="#666"
  />`;
}

function renderSteps(pair: Pair, { x, y }: Scales): SafeHtml {
  const { startAt, stepMs } = pair.canary;
  const points = thinPoints({ startAt, stepMs, values: pointwiseRatios(pair) }, COLUMNS);
  const draw = line<Point>()
    .defined(({ value }) => Number.isFinite(value))
    .x(({ at }) => round(x(at)))
    .y(({ value }) => round(y(value)));
  return html`<path class="steps" d="${draw(points) ?? ''}" fill="none" stroke="#888" />`;
}

/** What is between the bounds, to the edge where one is missing; nothing where they exclude each other. */
function renderRibbon(moments: ChangeMoment[], { x, y }: Scales): SafeHtml {
  const [bottom, top] = y.domain() as [number, number];
  const draw = area<ChangeMoment>()
    .defined(
      ({ lower, upper }) =>
        (lower !== undefined || upper !== undefined) && (lower ?? -Infinity) <= (upper ?? Infinity),
    )
    .x(({ at }) => round(x(at)))
    .y0(({ lower = bottom }) => round(y(lower)))
    .y1(({ upper = top }) => round(y(upper)));
  const edge = (side: 'lower' | 'upper') =>
    line<ChangeMoment>()
      .defined((moment) => moment[side] !== undefined)
      .x(({ at }) => round(x(at)))
      .y((moment) => round(y(moment[side]!)))(moments) ?? '';
  return html`<path class="ribbon" d="${draw(moments) ?? ''}" fill="#0060a8" fill-opacity="0.16" />
    <path
      class="bound"
      d="${edge('lower')}${edge('upper')}"
      fill="none"
      stroke="#555"
      stroke-dasharray="2 3"
    />`;
}

function renderEstimate(moments: ChangeMoment[], { x, y }: Scales): SafeHtml {
  const draw = line<ChangeMoment>()
    .defined(({ estimate }) => estimate !== undefined)
    .x(({ at }) => round(x(at)))
    .y(({ estimate }) => round(y(estimate!)));
  return html`<path
    class="change"
    d="${draw(moments) ?? ''}"
    fill="none"
    stroke="#222"
    stroke-width="2"
  />`;
}

function turnText({ at, word }: { at: number; word: string }, startAt: number): string {
  return startAt > 0 ? `${word} ${formatClock(at)} UTC` : word;
}

function renderLegend({ kind }: ChangePath, { evidence }: MetricJudgement): SafeHtml {
  const worse = { increase: 'worse ↑', decrease: 'worse ↓', either: '' };
  return html`<g class="legend">
    <path class="change" d="M${PLOT.left},12h28" stroke="#222" stroke-width="2" /><text
      x="${PLOT.left + 36}"
      y="16"
      fill="#222"
      >change</text
    >
    <rect
      class="ribbon"
      x="180"
      y="6"
      width="28"
      height="12"
      fill="#0060a8"
      fill-opacity="0.16"
    /><text x="216" y="16" fill="#222"
      >${kind === 'looks' ? 'interval so far' : 'interval of the whole window'}</text
    >
    <rect class="band" x="420" y="6" width="14" height="12" fill="#dfe7dc" /><text
      x="440"
      y="16"
      fill="#222"
      >allowed</text
    >
    <text x="${SIZE.width - PLOT.right}" y="16" text-anchor="end" fill="#555"
      >${worse[evidence?.effect.direction ?? 'either']}</text
    >
  </g>`;
}

/** The chart in a sentence, with what may be concluded from it. */
function describe(metric: MetricJudgement, { kind, turn }: ChangePath, limits: number[]): string {
  const allowed = limits.map((limit) => formatChange(limit)).join(' to ');
  const beyond = metric.sequential?.expected === undefined ? '' : ' beyond what was expected';
  const told = `Change${beyond} ${estimateText(metric)}, interval ${boundsText(metric)}${allowed === '' ? '' : `; allowed ${allowed}`}.`;
  if (kind === 'window')
    return `${told} The interval is of the whole window; single steps decide nothing.`;
  const decided =
    turn === undefined
      ? ''
      : ` ${turn.word.replace(/^./, (first) => first.toUpperCase())} at ${formatClock(turn.at)} UTC.`;
  return `${told}${decided} The interval holds at every look: ending early does not inflate false alarms.`;
}
