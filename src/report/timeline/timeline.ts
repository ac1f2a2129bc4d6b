import { scaleUtc } from 'd3-scale';
import type { Execution } from '../../model/analysis.ts';
import { formatCount, formatScore } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { renderColumn, round } from '../charts/axes.ts';
import { describeTags, type MetricRow } from '../metric/metric-row.ts';
import type { ReportView } from '../view.ts';
import { renderSign } from '../vocabulary.ts';
import { renderIntervalTable, renderTime } from './interval-table.ts';
import { metricStretches, verdictStretches, type Stretch } from './stretches.ts';

const WIDTH = 720;
const LEFT = 168;
const RIGHT = 24;
const ROW = 22;
const SCORE_HEIGHT = 44;
/** Metrics with a row of their own, the worst first. */
const METRICS = 6;
/** Tables longer than this are folded: the strip tells the same. */
const LONG = 8;

interface Row {
  label: string;
  stretches: Stretch[];
}

/** How the answer came to be, look by look: a strip, the same in words, and every look in a table. */
export function renderTimeline(
  { executions, looks = new Map() }: ReportView,
  rows: readonly MetricRow[],
): Content {
  if (executions.length < 2) return undefined;
  const verdicts = verdictStretches(executions);
  const metrics = rows
    .slice(0, METRICS)
    .map((row) => ({ label: labelOf(row), stretches: metricStretches(row, executions, looks) }))
    .filter(({ stretches }) => stretches.length > 0);
  const table = renderIntervalTable(executions);
  return html`<section aria-labelledby="timeline-title">
    <h2 id="timeline-title">Timeline</h2>
    ${renderStrip([{ label: 'verdict so far', stretches: verdicts }, ...metrics], executions)}
    <ol class="stretches">
      ${verdicts.map(renderStretch)}
    </ol>
    ${
      executions.length <= LONG
        ? table
        : html`<details>
            <summary>All ${formatCount(executions.length)} looks</summary>
            ${table}
          </details>`
    }
  </section>`;
}

function labelOf({ metric }: MetricRow): string {
  const tags = describeTags(metric.tags);
  return tags === '' ? metric.metric : `${metric.metric} ${tags}`;
}

function renderStretch({ sign, looks: [first, last], scores, from, to }: Stretch): SafeHtml {
  const [before, after] = scores.map((score) => (score === undefined ? '' : formatScore(score)));
  const scored =
    after === ''
      ? ''
      : `, score ${before === after || before === '' ? '' : `${before} → `}${after}`;
  return html`<li>
    ${renderSign(sign)} ${first === last ? `look ${first}` : `looks ${first} to ${last}`}${scored}
    <span class="quiet">${renderTime(from)} to ${renderTime(to)}</span>
  </li> `;
}

function renderStrip(rows: readonly Row[], executions: readonly Execution[]): SafeHtml {
  const height = rows.length * ROW + SCORE_HEIGHT + 28;
  const times = [executions[0]!.startAt, executions.at(-1)!.endAt];
  const x = scaleUtc(times, [LEFT, WIDTH - RIGHT]);
  const size = { width: WIDTH, height, ticks: { x: 6, y: 0 } };
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Strip of the looks">
    <svg
      class="series large strip"
      viewBox="0 0 ${WIDTH} ${height}"
      role="img"
      aria-label="${describe(rows)}"
    >
      ${rows.map((row, i) => renderRow(row, i === 0 ? 0 : i * ROW + SCORE_HEIGHT, x))}
      ${renderScores(executions, x)}
      ${x.ticks(size.ticks.x).map((at) => renderColumn(x(at), at.getTime(), size))}
    </svg>
  </div>`;
}

/** A long name is cut in the middle: both its ends tell it apart. */
function shorten(label: string): string {
  return label.length <= 24 ? label : `${label.slice(0, 13)}…${label.slice(-10)}`;
}

function renderRow({ label, stretches }: Row, top: number, x: (at: number) => number): SafeHtml {
  return html`<text x="${LEFT - 8}" y="${top + 15}" text-anchor="end" fill="#555"
      >${shorten(label)}</text
    >
    ${stretches.map(({ from, to, sign }) => {
      const [left, right] = [round(x(from)), round(x(to))];
      const width = Math.max(1, round(right - left - 1));
      return html`<rect
          class="bar ${sign.tone}"
          x="${left}"
          y="${top + 4}"
          width="${width}"
          height="${ROW - 8}"
          rx="2"
          fill="#777"
        />
        ${width > 14 && html`<text class="on-bar ${sign.tone}" x="${round((left + right) / 2)}" y="${top + 15}" text-anchor="middle" fill="#fff">${sign.glyph}</text>`}`;
    })}`;
}

/** From 0 to 100, one step a look; a look without a score leaves a gap. */
function renderScores(executions: readonly Execution[], x: (at: number) => number): SafeHtml {
  const top = ROW + 4;
  const yOf = (score: number) =>
    round(top + (SCORE_HEIGHT - 10) * (1 - Math.min(100, Math.max(0, score)) / 100));
  const points = executions.flatMap(({ score, endAt }, i) => {
    if (score === undefined) return [];
    const isFirst = i === 0 || executions[i - 1]!.score === undefined;
    return [`${isFirst ? 'M' : 'L'}${round(x(endAt))},${yOf(score)}`];
  });
  const edges = [0, 100].map(
    (score) =>
      html`<line
        class="grid"
        x1="${LEFT}"
        x2="${WIDTH - RIGHT}"
        y1="${yOf(score)}"
        y2="${yOf(score)}"
        stroke="#ddd"
      />`,
  );
  return html`${edges}<text
      x="${LEFT - 8}"
      y="${top + SCORE_HEIGHT / 2}"
      text-anchor="end"
      fill="#555"
      >score, 0 to 100</text
    >
    <path
      class="change"
      d="${points.join('')}"
      fill="none"
      stroke="#222"
      stroke-width="2"
      stroke-linecap="round"
    />`;
}

function describe(rows: readonly Row[]): string {
  const told = rows.map(({ label, stretches }) => `${label}: ${stretches.map(wordOf).join(', ')}`);
  return `What was known at each look. ${told.join('. ')}.`;
}

function wordOf({ sign, looks: [first, last] }: Stretch): string {
  return `${sign.word} at ${first === last ? `look ${first}` : `looks ${first} to ${last}`}`;
}
