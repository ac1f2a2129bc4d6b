import type { AnalysisSummary } from '../../model/analysis.ts';
import { renderCardTable } from '../card-table.ts';
import { formatInstant, formatScore } from '../format.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { renderDocument } from '../shell/document.ts';
import { renderSign, signOf, withoutPrefix } from '../vocabulary.ts';
import { renderDifference } from './difference.ts';
import { yamlText } from './yaml-text.ts';

/** One version of a config. */
export interface ShownVersion {
  version: number;
  createdAt: number;
  by?: string;
  document: unknown;
}

interface Remark {
  pointer: string;
  message: string;
}

/** One config; rendering reads nothing else. */
export interface ConfigView {
  name: string;
  version: number;
  updatedAt: number;
  document: unknown;
  file?: string;
  /** With what its profile and its packs bring, where that is anything. */
  whole?: unknown;
  violations: readonly Remark[];
  warnings: readonly Remark[];
  /** Newest first. */
  versions: readonly ShownVersion[];
  /** Two versions to compare, the old one left; absent where there is only one. */
  compared?: { left: ShownVersion; right: ShownVersion };
  /** Newest first. */
  runs: readonly AnalysisSummary[];
}

/** What a config says, what it said before, and what became of it. */
export function renderConfigPage(view: ConfigView): string {
  const { name, version, updatedAt, document, file, whole } = view;
  return renderDocument({
    title: `${name} · Configs · Canary Verdict`,
    current: 'configs',
    body: html`<main id="main">
      <h1>
        ${name} <span class="quiet">version ${version}, stored ${formatInstant(updatedAt)}</span>
      </h1>
      ${renderActions(name, file)} ${renderRemarks('Broken rules', view.violations)}
      ${renderRemarks('Warnings', view.warnings)}
      <section aria-labelledby="text-title">
        <h2 id="text-title">The config</h2>
        <pre class="listing scroll" tabindex="0"><code>${yamlText(document)}</code></pre>
        ${
          whole !== undefined &&
          html`<details>
            <summary>With what its profile and its packs bring</summary>
            <pre class="listing scroll" tabindex="0"><code>${yamlText(whole)}</code></pre>
          </details>`
        }
      </section>
      ${renderVersions(view)} ${renderRuns(view)}
    </main>`,
  });
}

function renderActions(name: string, file: string | undefined): SafeHtml {
  const query = new URLSearchParams({ config: name }).toString();
  return html`${file !== undefined && html`<p>It comes from the file <code>${file}</code> of <code>configs.directory</code> and is changed there.</p>`}
    <p class="actions">
      ${file === undefined && html`<a href="/editor?${query}">Change it</a>`}
      <a href="/trial?${query}">Try it on the past</a>
      <a href="/heatmap?${query}">Metrics by runs</a>
      <a href="/calibration?${query}">False alarms</a>
      <a href="/plan?${query}">How long to run</a>
    </p>`;
}

function renderRemarks(heading: string, remarks: readonly Remark[]): Content {
  if (remarks.length === 0) return undefined;
  return html`<section class="warnings" aria-label="${heading}">
    <h2>${heading}</h2>
    <ul>
      ${remarks.map(({ pointer, message }) => html`<li><code>${pointer}</code> ${message}</li>`)}
    </ul>
  </section>`;
}

function renderVersions({ name, versions, compared }: ConfigView): SafeHtml {
  return html`<section aria-labelledby="versions-title">
    <h2 id="versions-title">Versions</h2>
    <ol class="plain">
      ${versions.map(({ version, createdAt, by }) => html`<li>${version}: ${formatInstant(createdAt)}${by !== undefined && html` by ${by}`}</li>`)}
    </ol>
    ${
      compared !== undefined &&
      html`<form
          class="filters"
          method="get"
          action="/configs/${encodeURIComponent(name)}#versions-title"
          aria-label="Versions to compare"
        >
          ${renderNumber('left', 'From version', compared.left.version)}
          ${renderNumber('right', 'To version', compared.right.version)}
          <button type="submit">Compare</button>
        </form>
        ${renderDifference(compared.left.document, compared.right.document, `From version ${compared.left.version} to ${compared.right.version}`)}`
    }
  </section>`;
}

function renderNumber(name: string, word: string, value: number): SafeHtml {
  return html`<label
    >${word} <input name="${name}" type="number" min="1" value="${value}" required=""
  /></label>`;
}

function renderRuns({ name, runs }: ConfigView): SafeHtml {
  if (runs.length === 0)
    return html`<section aria-labelledby="runs-title">
      <h2 id="runs-title">Analyses</h2>
      <p>None yet.</p>
    </section>`;
  return html`<section aria-labelledby="runs-title">
    <h2 id="runs-title">Analyses</h2>
    ${renderCardTable({
      caption: `The last ${runs.length}, newest first`,
      columns: ['Result', 'Score', 'Submitted', 'Reason'],
      rows: runs.map(renderRun),
    })}
    <p><a href="/?${new URLSearchParams({ config: name }).toString()}">All of them</a></p>
  </section>`;
}

function renderRun(run: AnalysisSummary): SafeHtml {
  const { id, score, createdAt, reason = '', failure } = run;
  const sign = signOf(run);
  return html`<tr role="row" data-row="">
    <th role="rowheader" scope="row"><a href="/analyses/${id}">${renderSign(sign)}</a></th>
    <td role="cell" data-label="Score">${score === undefined ? '–' : formatScore(score)}</td>
    <td role="cell" data-label="Submitted">${formatInstant(createdAt)}</td>
    <td role="cell" data-label="Reason">${failure?.message ?? withoutPrefix(reason, sign.word)}</td>
  </tr> `;
}
