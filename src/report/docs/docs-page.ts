import { html } from '../html.ts';
import { renderDocument } from '../shell/document.ts';
import type { RenderedPage } from './render-markdown.ts';

/** A group of pages in the list that stands beside each. */
export interface Shelf {
  title: string;
  href: string;
  pages: readonly { title: string; href: string }[];
}

/** From so many sections on a page begins with a list of them. */
const LISTED_FROM = 4;

/** A page of the documentation, with all others beside it. */
export function renderDocsPage(
  page: RenderedPage,
  { href, shelves }: { href: string; shelves: readonly Shelf[] },
): string {
  return renderDocument({
    title: `${page.title} · Canary Verdict`,
    current: 'docs',
    body: html`<div class="docs">
      <main id="main">
        <article class="prose">${page.body}</article>
      </main>
      <div class="beside">
        ${
          page.sections.length >= LISTED_FROM &&
          html`<nav aria-label="On this page">
            <p class="quiet">On this page</p>
            <ul>
              ${page.sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>`
        }
        <nav aria-label="Documentation">
          ${shelves.map(
            (shelf) =>
              html`<p><a href="${shelf.href}" ${isHere(shelf.href === href)}>${shelf.title}</a></p>
                <ul>
                  ${shelf.pages.map((one) => html`<li><a href="${one.href}" ${isHere(one.href === href)}>${one.title}</a></li>`)}
                </ul>`,
          )}
        </nav>
      </div>
    </div>`,
  });
}

function isHere(is: boolean) {
  return is && html`aria-current="page"`;
}
