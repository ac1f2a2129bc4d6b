import { bin, thresholdFreedmanDiaconis } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { formatNumber, formatPercent } from '../format.ts';
import { html, type SafeHtml } from '../html.ts';
import { PLOT, renderRow, round, SIZES } from './axes.ts';

const SIZE = { ...SIZES.large, height: 180 } as const;
/** Narrower columns could not be told apart. */
const MOST_BINS = 60;

/** Both sides' values in one set of bins, each as a share of its side's values. */
export interface Bins {
  /** The edges, ascending; the last bin holds its upper edge too. */
  bins: { from: number; to: number; baseline: number; canary: number }[];
}

/**
 * Bins as wide as the rule of Freedman and Diaconis (1981) wants for both sides together, at round edges and at most
 * 60; a side with more values does not look larger, as shares are drawn.
 *
 * @param sides values without gaps, at least one a side
 */
export function binsOf(sides: { baseline: readonly number[]; canary: readonly number[] }): Bins {
  const all = [...sides.baseline, ...sides.canary];
  const wanted = (values: ArrayLike<number>, low: number, high: number) =>
    Math.min(MOST_BINS, Math.max(1, thresholdFreedmanDiaconis(Array.from(values), low, high)));
  const edges = bin().thresholds(wanted)(all);
  const share = (values: readonly number[]) => {
    const counted = bin()
      .domain([edges[0]!.x0!, edges.at(-1)!.x1!])
      .thresholds(edges.slice(1).map(({ x0 }) => x0!))(values);
    return counted.map(({ length }) => length / values.length);
  };
  const [baseline, canary] = [share(sides.baseline), share(sides.canary)];
  return {
    bins: edges.map(({ x0, x1 }, k) => ({
      from: x0!,
      to: x1!,
      baseline: baseline[k] ?? 0,
      canary: canary[k] ?? 0,
    })),
  };
}

/** Columns of both sides in one place: the baseline filled, the canary an outline over it. */
export function renderHistogram(
  { bins }: Bins,
  { id, unit, metric }: { id: string; unit: string; metric: string },
): SafeHtml {
  const [low, high] = [bins[0]!.from, bins.at(-1)!.to];
  const top = Math.max(...bins.flatMap(({ baseline, canary }) => [baseline, canary]));
  const x = scaleLinear([low, low === high ? low + 1 : high], [PLOT.left, SIZE.width - PLOT.right]);
  const y = scaleLinear([0, top], [SIZE.height - PLOT.bottom, PLOT.top]).nice(3);
  const columns = (side: 'baseline' | 'canary') =>
    bins
      .filter((one) => one[side] > 0)
      .map(({ from, to, [side]: share }) => {
        const width = round(Math.max(2, x(to) - x(from) - 1));
        return `M${round(x(from))},${round(y(0))}V${round(y(share))}h${width}V${round(y(0))}`;
      })
      .join('');
  return html`<svg
    class="series large"
    viewBox="0 0 ${SIZE.width} ${SIZE.height}"
    role="img"
    aria-labelledby="${id}-bins-title ${id}-bins-text"
  >
    <title id="${id}-bins-title">${metric}: how many values lie where</title>
    <desc id="${id}-bins-text">${describe(bins, unit)}</desc>
    ${y.ticks(3).map((share) => renderRow(y(share), formatPercent(100 * share), SIZE))}
    ${x
      .ticks(6)
      .map(
        (value) =>
          html`<text
            x="${round(x(value))}"
            y="${SIZE.height - 8}"
            text-anchor="${x(value) > SIZE.width - 20 ? 'end' : 'middle'}"
            fill="#555"
          >
            ${formatNumber(value, unit)}
          </text>`,
      )}
    <path class="column baseline" d="${columns('baseline')}" fill="#0060a8" />
    <path
      class="column canary"
      d="${columns('canary')}"
      fill="none"
      stroke="#b84a00"
      stroke-width="2"
    />
    <g class="legend">
      <rect class="column baseline" x="${PLOT.left}" y="6" width="14" height="12" fill="#0060a8" />
      <text x="${PLOT.left + 20}" y="16" fill="#222">baseline</text>
      <rect
        class="column canary"
        x="220"
        y="6"
        width="14"
        height="12"
        fill="none"
        stroke="#b84a00"
        stroke-width="1.5"
      />
      <text x="240" y="16" fill="#222">canary</text>
      <text x="${SIZE.width - PLOT.right}" y="16" text-anchor="end" fill="#555">
        share of a side's values
      </text>
    </g>
  </svg>`;
}

/** Where most values of each side lie. */
function describe(bins: Bins['bins'], unit: string): string {
  const fullest = (side: 'baseline' | 'canary') => {
    const most = bins.reduce((best, one) => (one[side] > best[side] ? one : best));
    const share = formatPercent(Math.round(100 * most[side]));
    return `${share} of the ${side}'s values lie from ${formatNumber(most.from, unit)} to ${formatNumber(most.to, unit)}`;
  };
  return `${bins.length} columns. ${fullest('baseline')}; ${fullest('canary')}.`;
}
