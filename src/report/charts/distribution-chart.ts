import { quantileSorted } from 'd3-array';
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import type { Pair } from '../../model/series.ts';
import { formatNumber, formatPercent } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { PLOT, renderRow, round, SIZES } from './axes.ts';

const SIZE = { ...SIZES.large, height: 200 } as const;
/** Steps of one line: more could not be told apart. */
const STEPS = 150;
const SHARES = [0.25, 0.5, 0.75, 0.9, 0.99] as const;
/** Below this a side has no shape to compare. */
const FEWEST = 5;

interface Sides {
  /** Ascending, without gaps. */
  baseline: number[];
  canary: number[];
}

/** Where the sides' shares of values below one value are farthest apart (the statistic of Kolmogorov and Smirnov). */
export interface WidestGap {
  value: number;
  /** Share of each side's values at or below it, 0 to 1. */
  baseline: number;
  canary: number;
}

/**
 * How the values of both sides spread: for each value, which share of a side lies at or below it. Says what a mean
 * hides, a tail or two humps. Values as they came, before any cleaning; nothing where a side has hardly any.
 */
export function renderDistribution(pair: Pair, id: string, unit = ''): Content {
  const sides = { baseline: sortedOf(pair.baseline.values), canary: sortedOf(pair.canary.values) };
  if (sides.baseline.length < FEWEST || sides.canary.length < FEWEST) return undefined;
  const gap = widestGap(sides);
  const text = describe(sides, gap, unit);
  return html`<details class="distribution">
    <summary>How the values spread</summary>
    <div class="scroll" tabindex="0" role="group" aria-label="Spread: ${pair.metric}">
      ${renderChart(sides, gap, { id, unit, metric: pair.metric, text })}
    </div>
    <p class="quiet">${text}</p>
    ${renderQuantiles(sides, pair.metric, unit)}
  </details>`;
}

function sortedOf(values: readonly number[]): number[] {
  return values.filter(Number.isFinite).sort((a, b) => a - b);
}

/** The first of the widest; a step of either side can be it. */
export function widestGap({ baseline, canary }: Sides): WidestGap {
  let widest = { value: NaN, baseline: 0, canary: 0 };
  let [i, j] = [0, 0];
  while (i < baseline.length && j < canary.length) {
    const value = Math.min(baseline[i]!, canary[j]!);
    while (i < baseline.length && baseline[i]! <= value) i++;
    while (j < canary.length && canary[j]! <= value) j++;
    const here = { value, baseline: i / baseline.length, canary: j / canary.length };
    if (distance(here) > distance(widest)) widest = here;
  }
  return widest;
}

function distance({ baseline, canary }: WidestGap): number {
  return Math.abs(baseline - canary);
}

interface Words {
  id: string;
  unit: string;
  metric: string;
  text: string;
}

function renderChart(sides: Sides, gap: WidestGap, { id, unit, metric, text }: Words): SafeHtml {
  const [low, high] = [
    Math.min(sides.baseline[0]!, sides.canary[0]!),
    Math.max(sides.baseline.at(-1)!, sides.canary.at(-1)!),
  ];
  const x = scaleLinear([low, low === high ? low + 1 : high], [PLOT.left, SIZE.width - PLOT.right]);
  const y = scaleLinear([0, 1], [SIZE.height - PLOT.bottom, PLOT.top]);
  return html`<svg
    class="series large"
    viewBox="0 0 ${SIZE.width} ${SIZE.height}"
    role="img"
    aria-labelledby="${id}-spread-title ${id}-spread-text"
  >
    <title id="${id}-spread-title">${metric}: share of values at or below each value</title>
    <desc id="${id}-spread-text">${text}</desc>
    ${[0, 0.25, 0.5, 0.75, 1].map((share) => renderRow(y(share), formatPercent(100 * share), SIZE))}
    ${x
      .ticks(6)
      .map(
        (value) =>
          html`<text x="${round(x(value))}" y="${SIZE.height - 8}" text-anchor="middle" fill="#555">
            ${formatNumber(value, unit)}
          </text>`,
      )}
    ${renderSteps('baseline', sides.baseline, { x, y })}
    ${renderSteps('canary', sides.canary, { x, y })} ${renderGap(gap, { x, y })}
    <g class="legend">
      <path class="line baseline" d="M${PLOT.left},12h28" stroke="#0060a8" stroke-width="2" />
      <text x="${PLOT.left + 36}" y="16" fill="#222">baseline</text>
      <path
        class="line canary"
        d="M220,12h28"
        stroke="#b84a00"
        stroke-width="2"
        stroke-dasharray="6 4"
      />
      <text x="256" y="16" fill="#222">canary</text>
      <text x="${SIZE.width - PLOT.right}" y="16" text-anchor="end" fill="#555">
        share of values at or below
      </text>
    </g>
  </svg>`;
}

interface Scales {
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
}

function renderSteps(side: keyof Sides, sorted: readonly number[], { x, y }: Scales): SafeHtml {
  const count = Math.min(STEPS, sorted.length);
  const steps = Array.from({ length: count }, (_, i) => {
    const rank = Math.round(((i + 1) * sorted.length) / count);
    return `H${round(x(sorted[rank - 1]!))}V${round(y(rank / sorted.length))}`;
  });
  const path = `M${round(x(sorted[0]!))},${round(y(0))}${steps.join('')}`;
  return html`<path
    class="line ${side}"
    d="${path}"
    fill="none"
    stroke="${side === 'canary' ? '#b84a00' : '#0060a8'}"
    stroke-width="2"
    ${side === 'canary' && html` stroke-dasharray="6 4"`}
  />`;
}

function renderGap(gap: WidestGap, { x, y }: Scales): Content {
  if (distance(gap) === 0) return undefined;
  const place = round(x(gap.value));
  return html`<line
    class="gap"
    x1="${place}"
    x2="${place}"
    y1="${round(y(gap.baseline))}"
    y2="${round(y(gap.canary))}"
    stroke="#a3230f"
    stroke-width="3"
  />`;
}

function describe({ baseline, canary }: Sides, gap: WidestGap, unit: string): string {
  const half = (sorted: number[]) => formatNumber(quantileSorted(sorted, 0.5), unit);
  const halves = `Half of the values lie at or below ${half(baseline)} (baseline) and ${half(canary)} (canary).`;
  if (distance(gap) === 0) return `${halves} Both sides spread alike.`;
  const share = (part: number) => formatPercent(Math.round(100 * part));
  return `${halves} They are farthest apart at ${formatNumber(gap.value, unit)}: at or below it lie ${share(gap.baseline)} of the baseline's values and ${share(gap.canary)} of the canary's.`;
}

function renderQuantiles(sides: Sides, metric: string, unit: string): SafeHtml {
  const at = (side: keyof Sides, share: number) =>
    formatNumber(quantileSorted(sides[side], share), unit);
  return html`<div
    class="scroll"
    tabindex="0"
    role="group"
    aria-label="Shares of values of ${metric}"
  >
    <table>
      <thead>
        <tr>
          <th scope="col">Share of values</th>
          <th scope="col" class="number">Baseline up to</th>
          <th scope="col" class="number">Canary up to</th>
        </tr>
      </thead>
      <tbody>
        ${SHARES.map(
          (share) =>
            html`<tr>
              <th scope="row">${formatPercent(100 * share)}</th>
              <td class="number">${at('baseline', share)}</td>
              <td class="number">${at('canary', share)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}
