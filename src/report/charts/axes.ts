import { formatClock, formatInstant } from '../format.ts';
import { html, type SafeHtml } from '../html.ts';

/** In pixels; the small one is readable at the width of a phone. */
export const SIZES = {
  large: { width: 720, height: 240, ticks: { x: 6, y: 4 } },
  small: { width: 340, height: 130, ticks: { x: 3, y: 3 } },
} as const;
export interface Size {
  width: number;
  height: number;
  ticks: { x: number; y: number };
}
export const PLOT = { left: 64, right: 8, top: 28, bottom: 28 };

/** A line across at this height, with its value. */
export function renderRow(y: number, label: string, { width }: Size): SafeHtml {
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

/** A mark on the axis of time, with its clock, or the day at midnight. */
export function renderColumn(x: number, at: number, { width, height }: Size): SafeHtml {
  const isMidnight = at % 86_400_000 === 0;
  const anchor = x > width - 20 ? 'end' : 'middle'; // nothing may reach beyond the picture
  const label = isMidnight ? formatInstant(at).slice(5, 10) : formatClock(at);
  return html`<line
      class="grid"
      x1="${round(x)}"
      x2="${round(x)}"
      y1="${height - PLOT.bottom}"
      y2="${height - PLOT.bottom + 4}"
      stroke="#999"
    />
    <text x="${round(x)}" y="${height - 8}" text-anchor="${anchor}" fill="#555">${label}</text>`;
}

/** A moment that matters, as a line from top to bottom with its words beside it, as many lines down as asked. */
export function renderMoment(
  place: number,
  word: string,
  { size: { width, height }, line = 0 }: { size: Size; line?: number },
): SafeHtml {
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
      y="${PLOT.top + 12 + 14 * line}"
      text-anchor="${isLate ? 'end' : 'start'}"
      fill="#a3230f"
      >${word}</text
    >
  </g>`;
}

export function round(x: number): number {
  return Math.round(x * 10) / 10;
}
