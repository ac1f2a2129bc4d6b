import type { components } from '../../openapi.d.ts';
import { formatCount, formatPercent } from '../format.ts';
import { renderCardTable } from '../card-table.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { renderLearntPage, renderNotYet, renderSources } from './learnt-page.ts';
import { renderShareBar } from './share-bar.ts';

type Schemas = components['schemas'];
type Rate = Schemas['AlarmRate'];

/** A calibration, or why there is none yet. */
export type CalibrationView = { config: string } & (
  { calibration: Schemas['Calibration'] } | { notYet: string }
);

/** How often a config would have failed healthy canaries, with how sure that is. */
export function renderCalibrationPage(view: CalibrationView): string {
  return renderLearntPage({
    config: view.config,
    heading: 'False alarms',
    body: 'notYet' in view ? renderNotYet(view.notYet) : renderCalibration(view.calibration),
  });
}

function renderCalibration(calibration: Schemas['Calibration']): Content {
  const { pairing, pairings, independentPairings, samples, step, judges, notes } = calibration;
  const compared =
    pairing === 'windows' ? 'baselines of different windows' : 'halves of the same baseline';
  return html`<p>
      From ${formatCount(pairings)} comparisons of healthy data with healthy data (${compared},
      ${samples} samples of ${step} each), of which ${formatCount(independentPairings)} share no
      data. A share is what would have been failed although nothing was wrong; the line is where the
      true share lies with 95 % certainty.
    </p>
    ${judges.map(renderJudge)}
    ${
      notes.length > 0 &&
      html`<section aria-labelledby="notes-title">
        <h2 id="notes-title">To be known</h2>
        <ul>
          ${notes.map((note) => html`<li>${note}</li>`)}
        </ul>
      </section>`
    }
    ${renderSources(calibration.learnedFrom)}`;
}

function renderJudge(judged: Schemas['JudgeCalibration']): SafeHtml {
  const { judge, skipped, end, peeking, metrics = [] } = judged;
  if (skipped !== undefined || end === undefined || peeking === undefined)
    return html`<h2>${judge}</h2>
      <p>${skipped}</p>`;
  const rows = metrics.toSorted((a, b) => b.end.share - a.end.share);
  return html`<section aria-label="${judge}">
    <h2>${judge}</h2>
    ${renderCardTable({
      caption: 'Healthy canaries failed, at one look at the end and at any look on the way',
      columns: ['Of', 'At the end', drawn('at the end'), 'At any look', drawn('at any look')],
      rows: [
        renderRow('the whole verdict', end, peeking),
        ...rows.map(({ metric, ...rates }) => renderRow(metric, rates.end, rates.peeking)),
      ],
    })}
  </section>`;
}

function drawn(when: string): SafeHtml {
  return html`<span class="hidden">${when}, drawn</span>0 to 100 %`;
}

function renderRow(name: string, end: Rate, peeking: Rate): SafeHtml {
  return html`<tr role="row">
    <th role="rowheader" scope="row">${name}</th>
    <td role="cell" data-label="At the end">${rateText(end)}</td>
    <td role="cell">${renderShareBar(end, `${name} at the end`)}</td>
    <td role="cell" data-label="At any look">${rateText(peeking)}</td>
    <td role="cell">${renderShareBar(peeking, `${name} at any look`)}</td>
  </tr> `;
}

function rateText({ failed, share, lower, upper }: Rate): string {
  return `${formatCount(failed)} times, ${formatPercent(share * 100)} (${formatPercent(lower * 100)} to ${formatPercent(upper * 100)})`;
}
