import type { AnalysisSummary } from '../../model/analysis.ts';
import type { MetricJudgement } from '../../model/judgement/judgement.ts';
import type { RunOfConfig } from '../../model/run-of-config.ts';
import { renderDocument } from '../shell/document.ts';
import { formatInstant, formatScore } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { estimateText } from '../metric/change-text.ts';
import { metricSign, renderSign, signOf } from '../vocabulary.ts';
import { historyAddress } from '../history/history-address.ts';
import { heatmapRows, type HeatmapRow } from './heatmap-rows.ts';

/** Metrics by runs of one config; rendering reads nothing else. */
export interface HeatmapView {
  config: string;
  /** Oldest first: time runs to the right, as in every chart. */
  runs: readonly RunOfConfig[];
}

/** Which metrics fail when: a table, so that it can be read with every reader. */
export function renderHeatmapPage(view: HeatmapView): string {
  const { config, runs } = view;
  return renderDocument({
    title: `${config === '' ? 'Metrics by runs' : `${config}: metrics by runs`} · Canary Verdict`,
    current: 'heatmap',
    body: html`<main id="main">
      <h1>Metrics by runs</h1>
      <form class="filters" method="get" action="/heatmap" role="search" aria-label="Config">
        <label
          >Config <input name="config" type="search" value="${config}" maxlength="200" required=""
        /></label>
        <button type="submit">Show</button>
      </form>
      ${runs.length === 0 ? renderNothing(config) : renderTable(view)}
    </main>`,
  });
}

function renderNothing(config: string): SafeHtml {
  if (config === '')
    return html`<p role="status">Name a config: its runs stand side by side here.</p>`;
  return html`<p role="status">
    No analysis of a config "${config}" is known. <a href="/">Look for its name</a>.
  </p>`;
}

function renderTable({ config, runs }: HeatmapView): SafeHtml {
  const rows = heatmapRows(runs);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Metrics by runs">
    <table class="heatmap">
      <caption>
        <span
          >${runs.length === 1 ? 'The last analysis' : `The last ${runs.length} analyses`} of
          ${config}, the newest on the right; the metrics most often in trouble first.</span
        >
      </caption>
      <thead>
        <tr>
          <th scope="col">Metric</th>
          ${runs.map(({ analysis }) => html`<th scope="col">${renderRun(analysis)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => renderRow(row, runs, config))}
      </tbody>
    </table>
  </div>`;
}

function renderRun(analysis: AnalysisSummary): SafeHtml {
  const { id, createdAt, score } = analysis;
  const [day, clock] = formatInstant(createdAt).split(' ');
  return html`<a href="/analyses/${id}">${renderSign(signOf(analysis))}</a>
    <span class="quiet"
      >${score === undefined ? '' : formatScore(score)}<br />${day!.slice(5)}<br />${clock!.slice(0, 5)}</span
    >`;
}

function renderRow(
  { name, tags, cells }: HeatmapRow,
  runs: readonly RunOfConfig[],
  config: string,
): SafeHtml {
  return html`<tr>
    <th scope="row">
      <a href="${historyAddress(config, name)}">${name}</a
      >${tags !== '' && html` <span class="quiet tags">${tags}</span>`}
    </th>
    ${cells.map((metric, index) => html`<td>${renderCell(metric, runs[index]!.analysis.id)}</td>`)}
  </tr> `;
}

/** Links on what is no pass alone: a reader tabs from trouble to trouble. */
function renderCell(metric: MetricJudgement | undefined, id: string): Content {
  if (metric === undefined) return html`<span class="hidden">not judged</span>`;
  const { glyph, word, tone } = metricSign(metric, undefined);
  const change = estimateText(metric);
  const told = `${word}${change === undefined ? '' : `, ${change}`}`;
  const mark = html`<span class="sign ${tone}" title="${told}"
    ><span aria-hidden="true">${glyph}</span><span class="hidden">${told}</span></span
  >`;
  return tone === 'pass' ? mark : html`<a href="/analyses/${id}">${mark}</a>`;
}
