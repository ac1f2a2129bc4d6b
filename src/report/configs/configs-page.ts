import type { AnalysisSummary } from '../../model/analysis.ts';
import { renderVerdictStrip } from '../analyses/verdict-strip.ts';
import { formatInstant } from '../format.ts';
import { renderCardTable } from '../card-table.ts';
import { html, type Content, type SafeHtml } from '../html.ts';
import { renderDocument } from '../shell/document.ts';
import { renderSign, signOf } from '../vocabulary.ts';

/** All configs; rendering reads nothing else. */
export interface ConfigsView {
  /** Ascending by name. */
  items: readonly {
    name: string;
    version: number;
    updatedAt: number;
    owner?: string;
    profile?: string;
    /** The file that it comes from. */
    file?: string;
    /** Its last analyses, newest first. */
    latest: readonly AnalysisSummary[];
  }[];
  /** Name after which the next page begins; absent on the last one. */
  next?: string;
  /** What keeps files of the directory from being used. */
  problems: readonly { file: string; message: string }[];
}

type Item = ConfigsView['items'][number];

/** What is judged, and how it went lately, one line each. */
export function renderConfigsPage(view: ConfigsView): string {
  const { items, next, problems } = view;
  return renderDocument({
    title: 'Configs · Canary Verdict',
    current: 'configs',
    body: html`<main id="main">
      <h1>Configs</h1>
      <p>
        <a href="/editor">Write a new config</a> · <a href="/trial">Try a config on the past</a>
      </p>
      ${renderProblems(problems)} ${items.length === 0 ? renderNothing() : renderTable(items)}
      ${
        next !== undefined &&
        html`<nav aria-label="Pages">
          <a rel="next" href="/configs?${new URLSearchParams({ after: next }).toString()}"
            >Further configs</a
          >
        </nav>`
      }
    </main>`,
  });
}

function renderProblems(problems: ConfigsView['problems']): Content {
  if (problems.length === 0) return undefined;
  return html`<section class="warnings" aria-labelledby="problems-title">
    <h2 id="problems-title">Files that cannot be used</h2>
    <p>What they held before stays in force.</p>
    <ul>
      ${problems.map(({ file, message }) => html`<li><code>${file}</code> ${message}</li>`)}
    </ul>
  </section>`;
}

function renderNothing(): SafeHtml {
  return html`<section class="card" aria-label="How to begin">
    <p>No config is stored yet. <a href="/editor">Write one here</a>, or by hand:</p>
    <pre
      tabindex="0"
    ><code>canary init --prometheus http://prometheus:9090 --scope 'app=checkout'</code></pre>
    <p class="quiet">
      Configs may also live in files, see
      <a href="/docs/reference/configs">the reference of configs</a>.
    </p>
  </section>`;
}

const COLUMNS = ['Config', 'Newest', 'Version', 'Owner', 'Stored', 'From', 'Analyses', 'Verdicts'];

function renderTable(items: readonly Item[]): SafeHtml {
  const caption = `${items.length} ${items.length === 1 ? 'config' : 'configs'} by name`;
  return renderCardTable({ caption, columns: COLUMNS, rows: items.map(renderRow) });
}

/** Beyond this many it is not counted on. */
const COUNTED = 30;

function renderRow(item: Item): SafeHtml {
  const { name, version, updatedAt, owner, profile, file, latest } = item;
  const [newest] = latest;
  return html`<tr role="row" data-row="">
    <th role="rowheader" scope="row"><a href="/configs/${encodeURIComponent(name)}">${name}</a></th>
    <td role="cell" data-label="Newest">
      ${newest === undefined ? '–' : renderSign(signOf(newest))}
    </td>
    <td role="cell" data-label="Version">${version}</td>
    <td role="cell" data-label="Owner">
      ${owner ?? '–'}${profile !== undefined && html` <span class="quiet">profile ${profile}</span>`}
    </td>
    <td role="cell" data-label="Stored">
      <time datetime="${new Date(updatedAt).toISOString()}">${formatInstant(updatedAt)}</time>
    </td>
    <td role="cell" data-label="From">${file === undefined ? 'API' : html`file ${file}`}</td>
    <td role="cell" data-label="Analyses">
      ${latest.length === 0 ? 'none yet' : html`<a href="/?${new URLSearchParams({ config: name }).toString()}">${latest.length < COUNTED ? latest.length : `${COUNTED} and more`}</a>`}
    </td>
    <td role="cell" data-label="Verdicts">${renderVerdictStrip(latest, '')}</td>
  </tr> `;
}
