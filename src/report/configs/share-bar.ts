import { scaleLinear } from 'd3-scale';
import { formatPercent } from '../format.ts';
import { html, type SafeHtml } from '../html.ts';

const WIDTH = 180;
const HEIGHT = 20;
const MIDDLE = HEIGHT / 2;

/** A share of 0 to 1 with its interval, on an axis from 0 to 100 %. */
export function renderShareBar(
  { share, lower, upper }: { share: number; lower: number; upper: number },
  word: string,
): SafeHtml {
  const x = scaleLinear([0, 1], [4, WIDTH - 4]);
  return html`<svg
    class="interval"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
    role="img"
    aria-label="${word}: ${formatPercent(share * 100)}, 95 % interval ${formatPercent(lower * 100)} to ${formatPercent(upper * 100)}"
  >
    <rect class="track" x="4" y="4" width="${WIDTH - 8}" height="${HEIGHT - 8}" fill="#e6e9ed" />
    <line
      class="whisker"
      x1="${round(x(lower))}"
      x2="${round(x(upper))}"
      y1="${MIDDLE}"
      y2="${MIDDLE}"
      stroke="#222"
      stroke-width="2"
    />
    <circle class="estimate" cx="${round(x(share))}" cy="${MIDDLE}" r="4" fill="#222" />
  </svg>`;
}

/** A part of the longest one, as a bar. */
export function renderLengthBar(part: number, word: string): SafeHtml {
  return html`<svg
    class="interval"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
    role="img"
    aria-label="${word}"
  >
    <rect
      class="bar neutral-bar"
      x="0"
      y="4"
      width="${round(Math.max(2, part * WIDTH))}"
      height="${HEIGHT - 8}"
      fill="#57606a"
    />
  </svg>`;
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
