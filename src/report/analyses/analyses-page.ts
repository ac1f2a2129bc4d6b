import type { AnalysisSummary } from '../../model/analysis.ts';
import type { AnalysisSearch } from '../../model/analysis-search.ts';
import { formatDuration } from '../../model/time/duration.ts';
import { renderDocument } from '../shell/document.ts';
import { formatInstant, formatScore } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { renderSign, signOf, withoutPrefix } from '../vocabulary.ts';
import { addressOf, isFiltered, renderFilters } from './filters.ts';
import { renderVerdictStrip, type StripItem } from './verdict-strip.ts';

/** Everything the list shows; rendering reads nothing else. */
export interface AnalysesView {
  filter: AnalysisSearch;
  /** Newest first. */
  items: readonly AnalysisSummary[];
  /** Id after which the next, older page begins; absent on the last one. */
  next?: string;
  /** The last analyses of each config on the page, newest first. */
  latest: ReadonlyMap<string, readonly StripItem[]>;
  generatedAt: number;
}

/** All analyses: what runs, what ended and how, one line each. */
export function renderAnalysesPage(view: AnalysesView): string {
  const { filter, items, next } = view;
  const isMoving = items.some(({ endedAt }) => endedAt === undefined);
  return renderDocument({
    title: 'Analyses · Canary Verdict',
    current: 'analyses',
    body: html`<main id="main" ${isMoving && html` data-refresh="5"`}>
      <h1>Analyses</h1>
      ${renderFilters(filter)} ${items.length === 0 ? renderNothing(filter) : renderTable(view)}
      ${
        next !== undefined &&
        html`<nav aria-label="Pages">
          <a rel="next" href="${addressOf({ ...filter, before: next })}">Older analyses</a>
        </nav>`
      }
    </main>`,
  });
}

function renderTable(view: AnalysesView): SafeHtml {
  const { config } = view.filter;
  const running = view.items.filter(({ endedAt }) => endedAt === undefined).length;
  return html`<table class="cards" role="table">
    <caption>
      <span
        >${view.items.length} ${view.items.length === 1 ? 'analysis' : 'analyses'}, newest
        first${running > 0 && `, ${running} of them not ended`}. As of
        ${formatInstant(view.generatedAt)}.${config !== '' && html` <a href="/heatmap?${new URLSearchParams({ config }).toString()}">Metrics by runs</a>`}</span
      >
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${['Result', 'Score', 'Config', 'Reason', 'Submitted', 'Took', 'Last verdicts'].map((word) => html`<th role="columnheader" scope="col" class="${word === 'Score' || word === 'Took' ? 'number' : ''}">${word}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${view.items.map((item) => renderRow(item, view))}
    </tbody>
  </table>`;
}

function renderRow(item: AnalysisSummary, { latest, filter, generatedAt }: AnalysesView): SafeHtml {
  const { id, configName, score, createdAt, endedAt } = item;
  return html`<tr role="row" data-row="">
    <td role="cell" data-label="Result">
      <a href="/analyses/${id}">${renderSign(signOf(item))}</a>
    </td>
    <td role="cell" data-label="Score" class="number">
      ${score === undefined ? '–' : formatScore(score)}
    </td>
    <th role="rowheader" scope="row" data-label="Config">
      <a href="${addressOf({ ...filter, config: configName })}">${configName}</a>
      ${renderLabels(item, filter)}
    </th>
    <td role="cell" data-label="Reason" class="wide">${reasonOf(item)}</td>
    <td role="cell" data-label="Submitted">
      <time datetime="${new Date(createdAt).toISOString()}">${formatInstant(createdAt)}</time>
    </td>
    <td role="cell" data-label="Took" class="number">
      ${tookOf(createdAt, endedAt ?? generatedAt)}
    </td>
    <td role="cell" data-label="Last verdicts">
      ${renderVerdictStrip(latest.get(configName) ?? [], id)}
    </td>
  </tr> `;
}

function renderLabels({ labels }: AnalysisSummary, filter: AnalysisSearch): Content {
  return Object.entries(labels).map(
    ([name, value]) =>
      html`<a class="label quiet" href="${addressOf({ ...filter, label: `${name}=${value}` })}"
        >${name}=${value}</a
      > `,
  );
}

/** A verdict's sentence without its first word, which the sign says. */
function reasonOf(item: AnalysisSummary): string {
  const { state, reason = '', failure } = item;
  if (state === 'failed') return failure?.message ?? reason;
  return withoutPrefix(reason, signOf(item).word);
}

/** Whole seconds: a list is no stopwatch. */
function tookOf(from: number, to: number): string {
  return formatDuration(Math.max(0, Math.round((to - from) / 1000)) * 1000);
}

function renderNothing(filter: AnalysisSearch): SafeHtml {
  if (isFiltered(filter)) {
    return html`<p role="status">
      No analysis fits this filter. <a href="/">Show all of them</a>.
    </p>`;
  }
  return html`<section class="card" aria-label="How to begin">
    <p>No analysis yet. One is asked for by a deployer, or by hand:</p>
    <pre tabindex="0"><code>canary init --prometheus http://prometheus:9090 --scope 'app=checkout'
canary analyze canary.yaml</code></pre>
    <p class="quiet">
      The command line tells more by <code>canary --help</code>, the API by
      <a href="/openapi.json">/openapi.json</a>.
    </p>
  </section>`;
}
