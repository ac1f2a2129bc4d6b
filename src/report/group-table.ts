import type { GroupScore, Judgement } from '../model/judgement/judgement.ts';
import { formatPercent, formatScore } from './format.ts';
import { html, type SafeHtml } from './html.ts';

/** How the score is made: each group's score times its weight, and their sum. */
export function renderGroupTable({ groups, score, scoreReason }: Judgement): SafeHtml {
  const sum = groups.reduce((total, group) => total + contributionOf(group), 0);
  return html`<section aria-labelledby="groups-title">
    <h2 id="groups-title">Groups</h2>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="groups-title">
      <table>
        <caption>
          <span>Score times weight gives each group's part of the total score.</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">Score</th>
            <th scope="col" class="number">Weight</th>
            <th scope="col" class="number">Points</th>
          </tr>
        </thead>
        <tbody>
          ${groups.map(renderGroup)}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colspan="3">Sum</th>
            <td class="number">${formatScore(sum)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
    ${scoreReason !== '' && html`<p>The total is ${formatScore(score)} all the same, because a rule decided it: ${scoreReason}</p>`}
  </section>`;
}

function renderGroup(group: GroupScore): SafeHtml {
  const { name, score, weight, hasData } = group;
  return html`<tr>
    <th scope="row">${name}</th>
    <td>
      ${hasData ? renderBar(score) : html`<span class="sign nodata"><span aria-hidden="true">∅</span> No data</span> <span class="quiet">counts as 100</span>`}
    </td>
    <td class="number">${formatPercent(weight)}</td>
    <td class="number">${formatScore(contributionOf(group))}</td>
  </tr> `;
}

function renderBar(score: number): SafeHtml {
  const length = Math.min(100, Math.max(0, score));
  return html`<svg class="meter" viewBox="0 0 100 10" width="100" height="10" aria-hidden="true">
      <rect class="track" width="100" height="10" rx="2" fill="#e4e4e4" />
      <rect class="fill" width="${length}" height="10" rx="2" fill="#555" />
    </svg>
    <span class="number">${formatScore(score)}</span>`;
}

/** Kayenta lets a group without data pass. */
function contributionOf({ score, weight, hasData }: GroupScore): number {
  return ((hasData ? score : 100) * weight) / 100;
}
