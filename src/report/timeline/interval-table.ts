import type { Execution } from '../../model/analysis.ts';
import { formatInstant, formatScore } from '../format.ts';
import { html, type SafeHtml } from '../html.ts';
import { renderSign, signOf } from '../vocabulary.ts';
import { showable } from '../../model/time/time-limits.ts';

/** All looks of an analysis, oldest first. */
export function renderIntervalTable(executions: readonly Execution[]): SafeHtml {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="All looks">
    <table>
      <caption>
        <span>Each look at the data, oldest first.</span>
      </caption>
      <thead>
        <tr>
          <th scope="col" class="number">No.</th>
          <th scope="col">Result</th>
          <th scope="col" class="number">Score</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        ${executions.map(renderExecution)}
      </tbody>
    </table>
  </div>`;
}

function renderExecution(execution: Execution): SafeHtml {
  const { index, score, startAt, endAt, dueAt, state, reason, failure } = execution;
  const why =
    reason ?? failure?.message ?? (state === 'queued' ? `due at ${formatInstant(dueAt)}` : '');
  return html`<tr>
    <th scope="row" class="number">${index}</th>
    <td>${renderSign(signOf(execution))}</td>
    <td class="number">${score === undefined ? '–' : formatScore(score)}</td>
    <td>${renderTime(startAt)}</td>
    <td>${renderTime(endAt)}</td>
    <td class="wide">${why}</td>
  </tr> `;
}

/** For people in UTC, for programs in the attribute. */
export function renderTime(at: number): SafeHtml {
  return html`<time datetime="${new Date(showable(at)).toISOString()}">${formatInstant(at)}</time>`;
}
