import { ascending } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import type { Evidence, MetricJudgement } from '../../model/judgement.ts';
import { shownChange } from '../../model/shown-change.ts';
import { boundsText, estimateText, limitsOf } from '../change-text.ts';
import { formatChange, formatPercent } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';

const WIDTH = 180;
const HEIGHT = 24;
const MIDDLE = HEIGHT / 2;
const MARGIN = 8;

/** Half-width of the shared axis, as a share of the baseline: 0.4 shows -40 % to +40 %. */
export type Reach = number;
/** Room beyond the farthest mark of a row, so that it does not stick to the edge. */
const AXIS_SLACK = 1.15;
const REACHES: readonly Reach[] = [0.1, 0.2, 0.4, 0.6, 1];

/** The smallest axis on which three quarters of the rows fit; what leaves it gets an arrow. */
export function chooseReach(metrics: readonly MetricJudgement[]): Reach {
  const needs = metrics
    .map(farthestOf)
    .filter((need) => need !== undefined && Number.isFinite(need))
    .sort(ascending);
  const typical = needs[Math.ceil(0.75 * needs.length) - 1] ?? 0;
  return REACHES.find((reach) => reach >= typical * AXIS_SLACK) ?? 1;
}

function farthestOf(metric: MetricJudgement): number | undefined {
  const shown = shownChange(metric);
  if (shown === undefined || metric.evidence === undefined) return undefined;
  const marks = [shown.estimate, ...limitsOf(metric.evidence.effect)];
  return Math.max(...marks.map((value) => Math.abs(value - 1)));
}

/** The effect interval against the allowed band; the harmful side is always to the right. */
export function renderIntervalBar(metric: MetricJudgement, reach: Reach): SafeHtml {
  const { evidence } = metric;
  if (evidence === undefined) return html`<span class="quiet">not tested</span>`;
  const shown = shownChange(metric);
  if (shown === undefined) return html`<span class="quiet">baseline is 0</span>`;
  const { estimate, lower = -Infinity, upper = Infinity, isMixed } = shown;
  const place = createPlace(reach, evidence.effect.direction === 'decrease');
  const isBounded = shown.lower !== undefined || shown.upper !== undefined;
  const ends = [lower, upper].map(place.clamped).sort(ascending);
  return html`<svg
    class="interval"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
    role="img"
    aria-label="${describe(metric, evidence)}"
  >
    ${renderBand(bandOf(evidence.effect).map(place.clamped).sort(ascending))}
    <line class="zero" x1="${WIDTH / 2}" x2="${WIDTH / 2}" y1="0" y2="${HEIGHT}" stroke="#666" />
    ${isBounded && !isMixed && renderWhisker(ends)}
    ${isBounded && [lower, upper].filter((end) => !isMixed || Number.isFinite(end)).map((end) => renderEnd(place, end))}
    ${place.isInside(estimate) && html`<circle class="estimate" cx="${place.clamped(estimate)}" cy="${MIDDLE}" r="4" fill="#222" />`}
  </svg>`;
}

function renderWhisker([from, to]: number[]): SafeHtml {
  return html`<line
    class="whisker"
    x1="${from}"
    x2="${to}"
    y1="${MIDDLE}"
    y2="${MIDDLE}"
    stroke="#222"
    stroke-width="2"
  />`;
}

/** At least a hair's width: "no change at all is allowed" can be seen too. */
function renderBand([from, to]: number[]): Content {
  if (from === undefined || to === undefined) return undefined;
  const width = round(Math.max(2, to - from));
  return html`<rect
    class="band"
    x="${from}"
    y="2"
    width="${width}"
    height="${HEIGHT - 4}"
    rx="2"
    fill="#dfe7dc"
  />`;
}

/** Labels of the shared axis, for the column's header. */
export function renderIntervalAxis(reach: Reach): SafeHtml {
  const edge = formatPercent(reach * 100);
  return html`<svg
    class="interval axis"
    viewBox="0 0 ${WIDTH} 14"
    width="${WIDTH}"
    height="14"
    aria-hidden="true"
  >
    <text x="${MARGIN}" y="11" fill="#555">${edge}</text>
    <text x="${WIDTH / 2}" y="11" text-anchor="middle" fill="#555">0</text>
    <text x="${WIDTH - MARGIN}" y="11" text-anchor="end" fill="#555">${edge}</text>
  </svg>`;
}

interface Place {
  clamped: (ratio: number) => number;
  isInside: (ratio: number) => boolean;
}

function createPlace(reach: Reach, isMirrored: boolean): Place {
  const edges = [MARGIN, WIDTH - MARGIN];
  const scale = scaleLinear([1 - reach, 1 + reach], isMirrored ? edges.reverse() : edges).clamp(
    true,
  );
  return {
    clamped: (ratio) => round(scale(ratio)),
    isInside: (ratio) => Math.abs(ratio - 1) <= reach,
  };
}

/** A cap where the interval ends, an arrow where it goes on beyond the axis. */
function renderEnd(place: Place, ratio: number): SafeHtml {
  const x = place.clamped(ratio);
  if (place.isInside(ratio)) {
    return html`<line
      class="whisker"
      x1="${x}"
      x2="${x}"
      y1="${MIDDLE - 4}"
      y2="${MIDDLE + 4}"
      stroke="#222"
      stroke-width="2"
    />`;
  }
  const step = x > WIDTH / 2 ? 6 : -6;
  return html`<path class="arrow" d="M${x},${MIDDLE - 5}l${step},5l${-step},5z" fill="#222" />`;
}

/** Both ends of the allowed band: it is open on the side that is not harmful. */
function bandOf(effect: Evidence['effect']): number[] {
  const limits = limitsOf(effect);
  if (limits.length !== 1) return limits;
  return effect.direction === 'increase' ? [0, ...limits] : [...limits, Infinity];
}

function describe(metric: MetricJudgement, { level, effect }: Evidence): string {
  const limits = limitsOf(effect)
    .map((limit) => formatChange(limit))
    .join(' to ');
  const allowed = { increase: `up to ${limits}`, decrease: `down to ${limits}`, either: limits }[
    effect.direction
  ];
  return (
    `${estimateText(metric)}, ${formatPercent(level * 100)} interval ${boundsText(metric)}` +
    (limits === '' ? '' : `, allowed ${allowed}`)
  );
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
