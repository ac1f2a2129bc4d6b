import { html, type Content, type SafeHtml } from '../html.ts';
import { renderDocument } from '../shell/document.ts';

/** The frame of what is learnt from the healthy runs of a config. */
export function renderLearntPage(page: { config: string; heading: string; body: Content }): string {
  const { config, heading, body } = page;
  return renderDocument({
    title: `${heading} · ${config} · Canary Verdict`,
    current: 'configs',
    body: html`<main id="main">
      <h1>${heading} <span class="quiet">config ${config}</span></h1>
      <p><a href="/configs/${encodeURIComponent(config)}">Back to the config</a></p>
      ${body}
    </main>`,
  });
}

/** Why nothing can be said yet, where a reader expects numbers. */
export function renderNotYet(message: string): SafeHtml {
  return html`<section class="card" aria-label="Not yet">
    <p role="status">${message}</p>
    <p class="quiet">Analyses that passed are the history that this learns from.</p>
  </section>`;
}

/** Links to the analyses that were read. */
export function renderSources(ids: readonly string[]): Content {
  if (ids.length === 0) return undefined;
  return html`<details>
    <summary>
      The ${ids.length} ${ids.length === 1 ? 'analysis' : 'analyses'} that were read
    </summary>
    <ul>
      ${ids.map((id) => html`<li><a href="/analyses/${id}">${id}</a></li>`)}
    </ul>
  </details>`;
}
