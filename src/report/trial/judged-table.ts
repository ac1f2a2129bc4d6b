import type { Judgement } from '../../model/judgement/judgement.ts';
import { worstFirst } from '../../model/judgement/severity.ts';
import { renderCardTable } from '../card-table.ts';
import { chooseReach, renderIntervalBar } from '../charts/interval-bar.ts';
import { formatNumber } from '../format.ts';
import { html, type SafeHtml } from '../html.ts';
import { describeChange } from '../metric/metric-table.ts';
import { describeTags } from '../metric/metric-row.ts';
import { metricSign, renderSign } from '../vocabulary.ts';

const COLUMNS = ['Result', 'Metric', 'Baseline', 'Canary', 'Change', 'Interval', 'In words'];

/** Every metric of a judgement that has no report, worst first. */
export function renderJudged(judgement: Judgement): SafeHtml {
  const ranked = worstFirst(judgement);
  const reach = chooseReach(ranked.map(({ metric }) => metric));
  const rows = ranked.map(({ metric }) => {
    const { baseline, canary, unit, tags, sentence } = metric;
    const mean = (side: typeof baseline) =>
      formatNumber(side.count === 0 ? undefined : side.mean, unit);
    return html`<tr role="row">
      <td role="cell" data-label="Result">${renderSign(metricSign(metric, undefined))}</td>
      <th role="rowheader" scope="row">
        ${metric.metric} <span class="quiet tags">${describeTags(tags)}</span>
      </th>
      <td role="cell" data-label="Baseline">${mean(baseline)}</td>
      <td role="cell" data-label="Canary">${mean(canary)}</td>
      <td role="cell" data-label="Change">${describeChange(metric)}</td>
      <td role="cell">${renderIntervalBar(metric, reach)}</td>
      <td role="cell" class="wide">${sentence}</td>
    </tr> `;
  });
  return renderCardTable({ caption: 'Metrics, worst first', columns: COLUMNS, rows });
}
