import type { Pair } from '../../model/series.ts';
import type { MetricJudgement, SampleSummary } from '../../model/judgement/judgement.ts';
import { evidenceFacts } from './evidence-facts.ts';
import { formatCount, formatNumber } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { describeTags, type MetricRow } from './metric-row.ts';
import { renderChangeChart } from '../charts/change-chart.ts';
import { renderDistribution } from '../charts/distribution-chart.ts';
import { renderInstanceCharts } from '../charts/instance-charts.ts';
import { renderSeriesChart } from '../charts/series-chart.ts';
import { toleranceOf } from '../charts/tolerance.ts';
import { renderQueries } from './metric-queries.ts';
import { metricSign, renderSign } from '../vocabulary.ts';

/** Everything about one metric; folded when it is within limits, so that the failures stand out. */
export function renderMetricSection(row: MetricRow): SafeHtml {
  const { metric, id, pair, severity, direction, instances } = row;
  const tagText = describeTags(metric.tags);
  // The anchor is inside the fold: following a link to it opens the fold.
  return html`<details class="metric" ${severity !== 'pass' && html` open`}>
    <summary>
      <h3>
        ${renderSign(metricSign(metric, direction))}
        ${metric.metric}${tagText !== '' && html` <span class="quiet tags">${tagText}</span>`}
      </h3>
    </summary>
    <div id="${id}" class="detail">
      <p class="sentence">${metric.sentence}</p>
      ${metric.classificationReason !== undefined && html`<p class="quiet">${metric.classificationReason}</p>`}
      ${pair !== undefined && renderChart(row, pair)}
      ${pair !== undefined && renderChangeChart(metric, pair, id)}
      ${pair !== undefined && renderInstanceCharts(metric, pair, instances, id)}
      ${pair !== undefined && renderDistribution(pair, id, metric.unit)}
      <div class="columns">${renderStatistics(metric)} ${renderEvidence(metric)}</div>
      ${renderQueries(row)}
      ${row.history !== undefined && html`<p><a href="${row.history}">This metric in other runs</a></p>`}
    </div>
  </details> `;
}

/** The values with the way to all of them: the chart of a long run shows each column's extremes alone. */
function renderChart({ metric, id, config, values }: MetricRow, pair: Pair): SafeHtml {
  const { unit, evidence } = metric;
  const tolerance = toleranceOf(metric, config);
  return html`<figure
    data-metric="${metric.metric}"
    ${values !== undefined && html` data-values="${values}"`}
  >
    ${renderSeriesChart(pair, id, { unit, since: evidence?.since, tolerance })}
    ${
      values !== undefined &&
      html`<figcaption class="values-tools">
        <a href="${values}" download>Values as CSV</a>
      </figcaption>`
    }
  </figure>`;
}

const STATISTICS: readonly [keyof SampleSummary, string][] = [
  ['received', 'received'],
  ['missing', 'missing'],
  ['outliers', 'outliers removed'],
  ['count', 'used'],
  ['mean', 'mean'],
  ['std', 'standard deviation'],
  ['min', 'lowest'],
  ['max', 'highest'],
];
const COUNTS = new Set<keyof SampleSummary>(['received', 'missing', 'outliers', 'count']);

function renderStatistics({ metric, baseline, canary, unit }: MetricJudgement): SafeHtml {
  const cell = (sample: SampleSummary, key: keyof SampleSummary) => {
    if (COUNTS.has(key)) return formatCount(sample[key]);
    return formatNumber(sample.count === 0 ? NaN : sample[key], unit);
  };
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Values of ${metric}">
    <table>
      <caption>
        <span>Values of ${metric}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">Statistic</th>
          <th scope="col" class="number">Baseline</th>
          <th scope="col" class="number">Canary</th>
        </tr>
      </thead>
      <tbody>
        ${STATISTICS.map(
          ([key, word]) =>
            html`<tr>
              <th scope="row">${word}</th>
              <td class="number">${cell(baseline, key)}</td>
              <td class="number">${cell(canary, key)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderEvidence(metric: MetricJudgement): Content {
  const facts = evidenceFacts(metric);
  if (facts.length === 0) return undefined;
  return html`<dl class="evidence">
    ${facts.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div> `,
    )}
  </dl>`;
}
