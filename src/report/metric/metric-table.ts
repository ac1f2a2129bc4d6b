import type { MetricJudgement, SampleSummary } from '../../model/judgement/judgement.ts';
import { shownChange } from '../../model/judgement/shown-change.ts';
import { estimateText } from './change-text.ts';
import { formatChange, formatCount, formatNumber, formatScore, formatSigned } from '../format.ts';
import { html, type SafeHtml } from '../html.ts';
import { pageAddress, type ShownPage } from '../page-address.ts';
import {
  chooseReach,
  renderIntervalAxis,
  renderIntervalBar,
  type Reach,
} from '../charts/interval-bar.ts';
import { describeTags, type MetricRow } from './metric-row.ts';
import { metricSign, renderSign } from '../vocabulary.ts';

/** From so many metrics on, each group is a table of its own that folds. */
const FOLDED_FROM = 30;

/** All metrics on one screen, worst first; each row leads to its section. Of many, those of a group stand together. */
export function renderMetricTable(
  rows: readonly MetricRow[],
  heading: string,
  shown: ShownPage,
): SafeHtml {
  const reach = chooseReach(rows.map(({ metric }) => metric));
  const groups = rows.length < FOLDED_FROM ? [] : [...groupsOf(rows)];
  const isFolded = groups.length > 1;
  return html`<section aria-labelledby="metrics-title">
    <h2 id="metrics-title">${heading}</h2>
    <p class="quiet explained">
      Worst first: critical failures, errors, failures by cost, missing data, muted ones, then those
      within limits. The bar is the interval of the change, the shaded band what is allowed; right
      is worse.
    </p>
    ${
      isFolded
        ? groups.map(([name, members]) => renderFold(name, members, { reach, shown }))
        : renderTable(heading, rows, { reach, shown })
    }
  </section>`;
}

/** By the first group of each, in the order of the worst of them: rows come worst first. */
function groupsOf(rows: readonly MetricRow[]): Map<string, MetricRow[]> {
  return Map.groupBy(rows, ({ metric }) => metric.groups[0] ?? '');
}

interface Shared {
  reach: Reach;
  shown: ShownPage;
}

/** Open where something is not as it should be. */
function renderFold(name: string, rows: readonly MetricRow[], shared: Shared): SafeHtml {
  const open = rows.filter(({ severity }) => severity !== 'pass' && severity !== 'muted').length;
  const told = open === 0 ? 'none in trouble' : `${formatCount(open)} in trouble`;
  return html`<details class="group" ${open > 0 && html` open`}>
    <summary>
      <h3>${name}</h3>
      <span class="quiet">${formatCount(rows.length)} metrics, ${told}</span>
    </summary>
    ${renderTable(name, rows, shared)}
  </details>`;
}

function renderTable(name: string, rows: readonly MetricRow[], { reach, shown }: Shared): SafeHtml {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${name}">
    <table class="cards metrics" role="table" aria-label="${name}">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Result</th>
          <th role="columnheader" scope="col">Metric</th>
          <th role="columnheader" scope="col" class="number">Baseline</th>
          <th role="columnheader" scope="col" class="number">Canary</th>
          <th role="columnheader" scope="col" class="number">Change</th>
          <th role="columnheader" scope="col">
            <span class="axis-title">Interval <span class="quiet">worse →</span></span
            >${renderIntervalAxis(reach)}
          </th>
          <th role="columnheader" scope="col" class="number">
            <abbr title="values used: baseline / canary">n b/c</abbr>
          </th>
          <th role="columnheader" scope="col" class="number">
            <abbr title="points of the total score">Cost</abbr>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map((row) => renderRow(row, reach, shown))}
      </tbody>
    </table>
  </div>`;
}

function renderRow(row: MetricRow, reach: Reach, { page, query }: ShownPage): SafeHtml {
  const { metric, id, cost, direction } = row;
  const { baseline, canary, unit, tags } = metric;
  const tagText = describeTags(tags);
  return html`<tr role="row" data-groups="${JSON.stringify(metric.groups)}">
    <td role="cell" data-label="Result">${renderSign(metricSign(metric, direction))}</td>
    <th role="rowheader" scope="row">
      <a href="${row.page === page ? '' : pageAddress(row.page, query)}#${id}">${metric.metric}</a
      >${tagText !== '' && html`<br /><span class="quiet tags">${tagText}</span>`}
    </th>
    <td role="cell" data-label="Baseline" class="number">${meanOf(baseline, unit)}</td>
    <td role="cell" data-label="Canary" class="number">${meanOf(canary, unit)}</td>
    <td role="cell" data-label="Change" class="number">${describeChange(metric)}</td>
    <td role="cell">${renderIntervalBar(metric, reach)}</td>
    <td role="cell" data-label="n b/c" class="number">
      ${formatCount(baseline.count)}/${formatCount(canary.count)}
    </td>
    <td role="cell" data-label="Cost" class="number">
      ${cost === 0 ? '0' : `−${formatScore(cost)}`}
    </td>
  </tr> `;
}

function meanOf({ count, mean }: SampleSummary, unit: string | undefined): string {
  return formatNumber(count === 0 ? NaN : mean, unit);
}

/** What its bar shows; without a test the ratio of means. A baseline of zero has none: then in the metric's unit. */
export function describeChange(metric: MetricJudgement): string {
  const { baseline, canary, ratio, unit } = metric;
  if (shownChange(metric) !== undefined) return estimateText(metric)!;
  if (baseline.count === 0 || canary.count === 0) return formatNumber(NaN);
  if (baseline.mean === 0) return formatSigned(canary.mean, unit);
  return formatChange(
    ratio !== undefined && Number.isFinite(ratio) ? ratio : canary.mean / baseline.mean,
  );
}
