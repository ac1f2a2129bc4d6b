import type { Analysis } from '../model/analysis.ts';
import { formatScore } from './format.ts';
import { html } from './html.ts';
import { signOf, TONE_COLORS } from './vocabulary.ts';

const HEIGHT = 20;
const PADDING = 7;
/** Of a letter of 11 pixels, on the safe side. */
const LETTER = 6.6;

/** A badge for a README: "canary | ✖ Fail 62". */
export function renderBadge(analysis: Pick<Analysis, 'state' | 'verdict' | 'score'>): string {
  const { glyph, word, tone } = signOf(analysis);
  const score = analysis.score === undefined ? '' : ` ${formatScore(analysis.score)}`;
  const value = `${glyph} ${word}${score}`;
  const left = widthOf('canary');
  const right = widthOf(value);
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${left + right}"
    height="${HEIGHT}"
    role="img"
    aria-label="canary: ${value}"
  >
    <title>canary: ${value}</title>
    <rect width="${left}" height="${HEIGHT}" fill="#30363d" />
    <rect x="${left}" width="${right}" height="${HEIGHT}" fill="${TONE_COLORS[tone]}" />
    <g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">
      <text x="${PADDING}" y="14">canary</text>
      <text x="${left + PADDING}" y="14">${value}</text>
    </g>
  </svg> `.toString();
}

function widthOf(text: string): number {
  return Math.round(Array.from(text).length * LETTER + 2 * PADDING);
}
