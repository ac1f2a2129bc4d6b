import type { Finding } from '../model/finding.ts';
import { html, type Content } from './html.ts';
import { FINDING_WORDS } from './vocabulary.ts';

/** What the data themselves say, the worst first. */
export function renderFindings(findings: readonly Finding[]): Content {
  if (findings.length === 0) return undefined;
  return html`<section class="warnings" aria-labelledby="findings-title">
    <h2 id="findings-title">What the data say</h2>
    <ul>
      ${findings.map(
        ({ action, sentence, remedy }) =>
          html`<li>
            <strong>${FINDING_WORDS[action]}</strong> ${sentence}
            <span class="quiet">${remedy}</span>
          </li> `,
      )}
    </ul>
  </section>`;
}
