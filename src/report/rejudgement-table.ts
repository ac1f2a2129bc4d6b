import type { RejudgementSummary } from '../model/rejudgement.ts';
import { formatScore } from './format.ts';
import { html, type Content } from './html.ts';
import { renderTime } from './timeline/interval-table.ts';
import { signOf } from './vocabulary.ts';

/** Judged again by others: beside the verdict, which stays. */
export function renderRejudgements(rejudgements: readonly RejudgementSummary[]): Content {
  if (rejudgements.length === 0) return undefined;
  return html`<section aria-labelledby="rejudged-title">
    <h2 id="rejudged-title">Judged again</h2>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="rejudged-title">
      <table>
        <caption>
          <span>The same series under another config or judge. The verdict above stays.</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Judged</th>
            <th scope="col">Config</th>
            <th scope="col">Judge</th>
            <th scope="col">Verdict</th>
            <th scope="col" class="number">Score</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          ${rejudgements.map(renderRow)}
        </tbody>
      </table>
    </div>
  </section>`;
}

function renderRow({ createdAt, by, configName, configVersion, ...one }: RejudgementSummary) {
  const { glyph, word, tone } = signOf({ state: 'completed', verdict: one.verdict });
  const version = configVersion === undefined ? '' : `, version ${configVersion}`;
  return html`<tr>
    <th scope="row">${renderTime(createdAt)}${by !== undefined && html` by ${by}`}</th>
    <td>${configName}${version}</td>
    <td>${one.judge}</td>
    <td>
      <span class="sign ${tone}"><span aria-hidden="true">${glyph}</span> ${word}</span>
    </td>
    <td class="number">${formatScore(one.score)}</td>
    <td>${one.reason}</td>
  </tr> `;
}
