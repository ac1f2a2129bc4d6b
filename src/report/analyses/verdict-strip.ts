import type { AnalysisSummary } from '../../model/analysis.ts';
import { html, type Content } from '../html.ts';
import { signOf, type Tone } from '../vocabulary.ts';

export type StripItem = Pick<AnalysisSummary, 'id' | 'state' | 'verdict'>;

const STEP = 5;
const HEIGHT = 20;

/** The worse the taller: the strip can be read without its colours. */
const HEIGHTS: Record<Tone, number> = {
  pass: 6,
  neutral: 3,
  nodata: 10,
  marginal: 13,
  error: 16,
  fail: 20,
};

/** One bar for each of the last analyses of a config, the newest right; the one of this row is marked. */
export function renderVerdictStrip(latest: readonly StripItem[], shown: string): Content {
  if (latest.length < 2) return undefined;
  const bars = latest.toReversed();
  return html`<svg
    class="strip"
    width="${bars.length * STEP}"
    height="${HEIGHT + 3}"
    viewBox="0 0 ${bars.length * STEP} ${HEIGHT + 3}"
    role="img"
    aria-label="${describeStrip(latest)}"
  >
    ${bars.map((item, index) => {
      const { tone } = signOf(item);
      const height = HEIGHTS[tone];
      return html`<rect
          class="bar ${tone}"
          x="${index * STEP}"
          y="${HEIGHT - height}"
          width="${STEP - 1}"
          height="${height}"
        />${item.id === shown && html`<rect class="mark" x="${index * STEP}" y="${HEIGHT + 1}" width="${STEP - 1}" height="2" />`}`;
    })}
  </svg>`;
}

/** "last 12: 10 Pass, 2 Fail; newest: Fail". */
function describeStrip(latest: readonly StripItem[]): string {
  const words = latest.map((item) => signOf(item).word);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const told = [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
  return `last ${words.length}: ${told}; newest: ${words[0]}`;
}
