import { html } from '../html.ts';
import { renderDocument } from '../shell/document.ts';

/** What the API viewer shows, by addresses from its page. */
export interface ViewedContract {
  /** The viewer with what starts it. */
  script: string;
  contract: string;
  tags: readonly string[];
  /** Only the operations of this tag; all without one. */
  tag?: string;
}

/** The page of the API viewer: empty but for where the same is read without scripts, until the viewer fills it. */
export function renderViewerPage({ script, contract, tags, tag }: ViewedContract): string {
  const title = tag === undefined ? 'API viewer' : `API viewer: ${tag}`;
  const isHere = (one: string | undefined) => one === tag && html`aria-current="page"`;
  return renderDocument({
    title: `${title} · Canary Verdict`,
    current: 'docs',
    body: html`<main id="main" class="viewer" data-script="${script}">
      <h1 class="hidden">${title}</h1>
      <p class="viewer-note">
        Drawn by scripts; the same is read without them under <a href="/docs/api">API</a>, and by
        programs as <a href="/openapi.json">openapi.json</a>. Here:
        <a href="/docs/api/viewer" ${isHere(undefined)}>all</a
        >${tags.map((one) => html`, <a href="/docs/api/viewer-${one}" ${isHere(one)}>${one}</a>`)}.
      </p>
      <div
        id="viewer"
        data-contract="${contract}"
        ${tag !== undefined && html`data-tag="${tag}"`}
      ></div>
    </main>`,
  });
}
