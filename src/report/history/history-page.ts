import type { AnalysisSummary } from '../../model/analysis.ts';
import type { MetricJudgement, SampleSummary } from '../../model/judgement/judgement.ts';
import type { RunOfConfig } from '../../model/run-of-config.ts';
import { renderCardTable } from '../card-table.ts';
import { chooseReach, renderIntervalAxis, renderIntervalBar } from '../charts/interval-bar.ts';
import { formatInstant, formatNumber } from '../format.ts';
import { heatmapRows, type HeatmapRow } from '../heatmap/heatmap-rows.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { describeChange } from '../metric/metric-table.ts';
import { renderDocument } from '../shell/document.ts';
import { metricSign, renderSign, signOf } from '../vocabulary.ts';

/** One metric over the runs of a config; rendering reads nothing else. */
export interface HistoryView {
  config: string;
  metric: string;
  /** Newest first: a list is read from its top. */
  runs: readonly RunOfConfig[];
}

/** Is it new, does it flap, does it drift: the change of each run with its interval under each other, on one axis. */
export function renderHistoryPage({ config, metric, runs }: HistoryView): string {
  const rows = heatmapRows(runs).filter(({ name }) => name === metric);
  return renderDocument({
    title: `${metric}: history in ${config} · Canary Verdict`,
    current: 'heatmap',
    body: html`<main id="main">
      <h1>
        ${metric}
        <span class="quiet"
          >over the runs of
          <a href="/heatmap?${new URLSearchParams({ config }).toString()}">${config}</a></span
        >
      </h1>
      ${rows.length === 0 ? renderNothing(config, metric, runs.length) : rows.map((row) => renderRow(row, runs))}
    </main>`,
  });
}

function renderNothing(config: string, metric: string, runs: number): SafeHtml {
  const what =
    runs === 0
      ? `No analysis of a config "${config}" is known.`
      : `None of the last ${runs} analyses of ${config} has judged a metric "${metric}".`;
  return html`<p role="status">${what} <a href="/">Look for another</a>.</p>`;
}

interface Judged {
  analysis: AnalysisSummary;
  metric: MetricJudgement;
}

function renderRow({ tags, cells }: HeatmapRow, runs: readonly RunOfConfig[]): SafeHtml {
  const judged = runs.flatMap(({ analysis }, index): Judged[] => {
    const metric = cells[index];
    return metric === undefined ? [] : [{ analysis, metric }];
  });
  const reach = chooseReach(judged.map(({ metric }) => metric));
  const columns = [
    'Run',
    'Result',
    'Baseline',
    'Canary',
    'Change',
    html`<span class="axis-title">Interval <span class="quiet">worse →</span></span
      >${renderIntervalAxis(reach)}`,
  ];
  return html`<section ${tags !== '' && html` aria-label="${tags}"`}>
    ${tags !== '' && html`<h2>${tags}</h2>`}
    <p>${describe(judged, runs.length)}</p>
    <div class="scroll">
      ${renderCardTable({
        caption:
          'Newest first. The bar is the interval of the change, the shaded band what was allowed.',
        columns,
        rows: judged.map((one) => renderRun(one, reach)),
      })}
    </div>
  </section>`;
}

/** How often, and how often in a row now. */
function describe(judged: readonly Judged[], runs: number): string {
  const isTrouble = ({ metric }: Judged) => metricSign(metric, undefined).tone !== 'pass';
  const trouble = judged.filter(isTrouble).length;
  const calm = judged.findIndex((one) => !isTrouble(one));
  const inARow = calm < 0 ? judged.length : calm;
  const left =
    judged.length === runs ? '' : ` ${runs - judged.length} of the last ${runs} did not judge it.`;
  const of = judged.length === 1 ? 'in the one run' : `in ${trouble} of ${judged.length} runs`;
  if (trouble === 0)
    return `A pass in ${judged.length === 1 ? 'the one run' : `each of ${judged.length} runs`}.${left}`;
  return `No pass ${of}, ${inARow === 0 ? 'not in the newest' : `${inARow} in a row up to the newest`}.${left}`;
}

function renderRun({ analysis, metric }: Judged, reach: number): SafeHtml {
  const { glyph, word } = signOf(analysis);
  const mean = ({ count, mean: value }: SampleSummary) =>
    formatNumber(count === 0 ? NaN : value, metric.unit);
  const cell = (label: string, content: Content) =>
    html`<td role="cell" data-label="${label}">${content}</td>`;
  return html`<tr role="row" data-row>
    <th role="rowheader" scope="row">
      <a href="/analyses/${analysis.id}">${formatInstant(analysis.createdAt)}</a>
      <span class="quiet"><span aria-hidden="true">${glyph}</span> ${word}</span>
    </th>
    ${cell('Result', renderSign(metricSign(metric, undefined)))}
    ${cell('Baseline', mean(metric.baseline))} ${cell('Canary', mean(metric.canary))}
    ${cell('Change', describeChange(metric))}
    <td role="cell">${renderIntervalBar(metric, reach)}</td>
  </tr> `;
}
