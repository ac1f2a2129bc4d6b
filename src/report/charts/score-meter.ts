import type { Thresholds } from '../../model/config.ts';
import { formatScore } from '../format.ts';
import { html, type SafeHtml } from '../html.ts';

/** Fits a phone without being scaled, which would make its labels too small. */
const WIDTH = 240;
const HEIGHT = 40;
const TRACK = { y: 4, height: 12 };

/** The score on 0 to 100 with both thresholds marked and labelled. */
export function renderScoreMeter(score: number, { pass, marginal }: Thresholds): SafeHtml {
  const label = `${formatScore(score)} of 100, marginal from ${formatScore(marginal)}, pass from ${formatScore(pass)}`;
  const filled = toX(Math.min(100, Math.max(0, score)));
  return html`<svg
    class="meter"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
    role="img"
    aria-label="${label}"
  >
    <rect
      class="track"
      x="0"
      y="${TRACK.y}"
      width="${WIDTH}"
      height="${TRACK.height}"
      rx="3"
      fill="#e4e4e4"
    />
    <rect
      class="fill"
      x="0"
      y="${TRACK.y}"
      width="${filled}"
      height="${TRACK.height}"
      rx="3"
      fill="#555"
    />
    ${renderMark(pass, 'pass', 'start')}
    ${marginal < pass && renderMark(marginal, 'marginal', 'end')}
  </svg>`;
}

/** The two labels grow away from each other, however near the thresholds are. */
function renderMark(threshold: number, word: string, anchor: 'start' | 'end'): SafeHtml {
  const x = toX(threshold);
  const needsTurn = anchor === 'start' ? x > WIDTH - 64 : x < 96;
  const side = needsTurn ? (anchor === 'start' ? 'end' : 'start') : anchor;
  const text = anchor === 'start' && needsTurn ? WIDTH : x;
  const row = TRACK.y + TRACK.height;
  return html`<line
      class="mark"
      x1="${x}"
      x2="${x}"
      y1="0"
      y2="${row + 4}"
      stroke="#222"
      stroke-width="1.5"
    />
    <text x="${anchor === 'end' ? x + 2 : text}" y="${HEIGHT - 4}" text-anchor="${side}" fill="#555"
      >${word} ${formatScore(threshold)}</text
    >`;
}

function toX(score: number): number {
  return Math.round(((score * WIDTH) / 100) * 10) / 10;
}
