import type { components } from '../../openapi.d.ts';
import { formatCount, formatPercent } from '../format.ts';
import { renderCardTable } from '../card-table.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { renderLearntPage, renderSources } from './learnt-page.ts';
import { renderLengthBar } from './share-bar.ts';

type Schemas = components['schemas'];

/** How long a run of a config must be to find which change. */
export function renderPlanPage(plan: Schemas['Plan']): string {
  const { config, judge, alpha, power, learnedFrom, metrics } = plan;
  return renderLearntPage({
    config,
    heading: 'How long to run',
    body: html`<p>
        For ${judge}, which fails a healthy canary with a probability of at most
        ${formatPercent(alpha * 100)}, all metrics together. A change counts as found in time with a
        probability of ${formatPercent(power * 100)}. Times are of judged data: warm-up and settling
        come on top.
      </p>
      ${metrics.map(renderMetric)} ${renderSources(learnedFrom)}`,
  });
}

function renderMetric(plan: Schemas['MetricPlan']): SafeHtml {
  const { metric, reason, changes = [], durations = [], pass, historyRuns, historySamples } = plan;
  if (reason !== undefined)
    return html`<section aria-label="${metric}">
      <h2>${metric}</h2>
      <p>${reason}</p>
    </section>`;
  return html`<section aria-label="${metric}">
    <h2>${metric}</h2>
    <p class="quiet">
      From ${formatCount(historySamples)} samples of ${formatCount(historyRuns)} healthy
      ${historyRuns === 1 ? 'series' : 'series together'}.
      ${pass?.time !== undefined && html`A canary that is no different passes after ${pass.time}.`}
    </p>
    ${renderChanges(changes)} ${renderDurations(durations)}
  </section>`;
}

function renderChanges(changes: NonNullable<Schemas['MetricPlan']['changes']>): Content {
  const longest = Math.max(1, ...changes.map(({ samples = 0 }) => samples));
  const rows = changes.map(({ change, tolerated, samples, time, medianTime }) => {
    const size = formatPercent(change * 100);
    const found = tolerated ? 'never: it is tolerated' : (time ?? 'not within 200 000 samples');
    return html`<tr role="row">
      <th role="rowheader" scope="row">${size}</th>
      <td role="cell" data-label="Found after">${found}</td>
      <td role="cell">
        ${samples !== undefined && renderLengthBar(samples / longest, `${size}: ${found}`)}
      </td>
      <td role="cell" data-label="In half of the runs">${medianTime ?? '–'}</td>
    </tr> `;
  });
  return renderCardTable({
    caption: 'How long until a change is found',
    columns: ['Change', 'Found after', 'Drawn', 'In half of the runs'],
    rows,
  });
}

function renderDurations(durations: NonNullable<Schemas['MetricPlan']['durations']>): Content {
  if (durations.length === 0) return undefined;
  return html`<p>
    ${durations.map(({ duration, change }) =>
      change === undefined
        ? html`Within ${duration} nothing is found. `
        : html`Within ${duration} a change of ${formatPercent(change * 100)} is found. `,
    )}
  </p>`;
}
