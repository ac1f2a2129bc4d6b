import { isFinal } from '../model/analysis.ts';
import { renderAnswers } from './answers.ts';
import { headlineOf, renderBanner } from './banner.ts';
import { ASSETS } from './shell/assets.ts';
import { renderDocument, type Preview } from './shell/document.ts';
import { renderFindings } from './finding-list.ts';
import { renderGroupTable } from './group-table.ts';
import { html, rendered, type Content, type SafeHtml } from './html.ts';
import { metricRows } from './metric/metric-row.ts';
import { renderMetricSection } from './metric/metric-section.ts';
import { renderMetricTable } from './metric/metric-table.ts';
import { pageAddress, type ShownPage } from './page-address.ts';
import { PICTURE } from './picture/picture.ts';
import { pageCount } from './page-of-metrics.ts';
import { renderProvenance } from './provenance.ts';
import { renderRejudgements } from './rejudgement-table.ts';
import { renderTimeline } from './timeline/timeline.ts';
import type { ReportView } from './view.ts';
import { signOf } from './vocabulary.ts';

/** The sections of the metrics that the page shows, one by one: their charts are most of the work. */
export function* renderSections(view: ReportView): Generator<SafeHtml> {
  const rows = metricRows(view);
  const page = pageOf(view, rows.length);
  for (const row of rows) if (row.page === page) yield renderMetricSection(row);
}

function pageOf({ page = 1 }: ReportView, rows: number): number {
  return Math.min(page, pageCount(rows));
}

/** Stands where the sections will: no text of a user can be it, as it is escaped. */
const SECTIONS = rendered('<!-- sections -->');

/** The page in two parts, between which its sections belong: a reader sees the first while they are drawn. */
export function renderAroundSections(view: ReportView): [before: string, after: string] {
  const [before = '', after = ''] = renderReport(view, [SECTIONS]).split(SECTIONS.toString());
  return [before, after];
}

/** The page of one analysis: answer, evidence, raw data, in that order. Complete without any script. */
export function renderReport(
  view: ReportView,
  sections: readonly SafeHtml[] = [...renderSections(view)],
): string {
  const { analysis, executions, result } = view;
  const { glyph, word } = signOf(analysis);
  const rows = metricRows(view);
  const address = { page: pageOf(view, rows.length), query: view.query };
  return renderDocument({
    title: `${glyph} ${word} · ${analysis.snapshot.configName} · Canary Verdict`,
    description: headlineOf(view, word),
    picture: previewOf(view),
    body: html`<main
      id="main"
      ${rows.length > 0 && html` data-script="${ASSETS.charts.path}"`}
      ${!isFinal(analysis.state) && view.query?.['signature'] === undefined && html` data-events="/api/v1/analyses/${analysis.id}/events"`}
    >
      ${renderBanner(view, renderAnswers(view, rows, address))}
      ${renderFindings(result?.judgement.findings ?? [])}
      ${rows.length > 0 && renderMetricTable(rows, metricsHeading(executions), address)}
      ${result !== undefined && result.judgement.groups.length > 0 && renderGroupTable(result.judgement)}
      ${renderRejudgements(view.rejudgements ?? [])} ${renderWarnings(warningsOf(view))}
      ${renderTimeline(view, rows)}
      ${rows.length > 0 && renderDetails(sections, renderPages(address, pageCount(rows.length)))}
      ${renderProvenance(view)}
    </main>`,
  });
}

/** Of a report that is served; whoever may open it may see its picture. */
function previewOf({ selfUrl, valuesUrl, query = {} }: ReportView): Preview | undefined {
  if (valuesUrl === undefined) return undefined;
  const search = new URLSearchParams(query).toString();
  return { url: `${selfUrl}.png${search === '' ? '' : `?${search}`}`, ...PICTURE };
}

/** With several looks it must be clear which one the numbers belong to. */
function metricsHeading(executions: ReportView['executions']): string {
  const newest = executions.findLast(({ state }) => state === 'completed');
  const isOneOfMany = newest !== undefined && executions.length > 1;
  return isOneOfMany ? `Metrics of interval ${newest.index}` : 'Metrics';
}

/** Of the request and of the judge; what a source says is a finding, but in results of before there were any. */
function warningsOf({ analysis, result }: ReportView): string[] {
  const asked = (analysis.snapshot.warnings ?? []).map(({ pointer, message }) =>
    `${pointer} ${message}`.trim(),
  );
  if (result === undefined) return asked;
  const { judgement, sourceWarnings } = result;
  return [
    ...asked,
    ...judgement.warnings,
    ...(judgement.findings === undefined ? sourceWarnings : []),
  ];
}

function renderWarnings(warnings: readonly string[]): Content {
  if (warnings.length === 0) return undefined;
  return html`<section class="warnings" aria-labelledby="warnings-title">
    <h2 id="warnings-title">Warnings</h2>
    <ul>
      ${warnings.map((warning) => html`<li>${warning}</li> `)}
    </ul>
  </section>`;
}

function renderDetails(sections: readonly SafeHtml[], pages: Content): SafeHtml {
  return html`<section aria-labelledby="details-title">
    <h2 id="details-title">Metric by metric</h2>
    ${sections} ${pages}
  </section>`;
}

/** Where the sections of the other metrics are. */
function renderPages({ page, query }: ShownPage, last: number): Content {
  if (last === 1) return undefined;
  const numbers = Array.from({ length: last }, (_, index) => index + 1);
  return html`<nav aria-label="Pages of metrics">
    Page
    ${numbers.map((number) =>
      number === page
        ? html`<strong aria-current="page">${number}</strong> `
        : html`<a href="${pageAddress(number, query)}#details-title">${number}</a> `,
    )}
  </nav>`;
}
