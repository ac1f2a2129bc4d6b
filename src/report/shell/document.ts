import { ASSETS } from './assets.ts';
import { html, type Content, type SafeHtml } from '../html.ts';

/** A picture that chats show with a link. */
export interface Preview {
  url: string;
  width: number;
  height: number;
}

/** The places of the head of every page. */
const PLACES = [
  ['analyses', '/', 'Analyses'],
  ['heatmap', '/heatmap', 'Metrics by runs'],
  ['configs', '/configs', 'Configs'],
  ['deliveries', '/deliveries', 'Deliveries'],
  ['docs', '/docs', 'Documentation'],
] as const;

const SESSION_PLACE = html`<a href="/login">Sign in or out</a>`;

/** The same page of a service that knows no tokens: there is nothing to sign in to. */
export function withoutSignIn(document: string): string {
  return document.replace(SESSION_PLACE.toString(), '');
}

/**
 * The shell of every page. The title starts with the glyph, so that a row of browser tabs can be read.
 *
 * @param page.current the place that the page is, where it is one
 */
export function renderDocument(page: {
  title: string;
  /** One sentence for chats and others that show a link. */
  description?: string;
  picture?: Preview | undefined;
  body: Content;
  current?: (typeof PLACES)[number][0];
}): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${page.title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${page.description !== undefined && renderPreview(page.title, page.description, page.picture)}
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="${ASSETS.icon.path}" />
        <link rel="stylesheet" href="${ASSETS.stylesheet.path}" />
        <script src="${ASSETS.script.path}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <nav class="places" aria-label="Places">
          <a class="brand" href="/">Canary Verdict</a>
          ${PLACES.map(([name, href, word]) => html`<a href="${href}" ${name === page.current && html` aria-current="page"`}>${word}</a>`)}${SESSION_PLACE}
        </nav>
        <p id="news" class="hidden" role="status"></p>
        ${page.body}
      </body>
    </html> `.toString();
}

/** What a chat shows of a link that it may open: signed, or of a service without tokens. */
function renderPreview(title: string, description: string, picture?: Preview): SafeHtml {
  return html`<meta name="description" content="${description}" />
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content="Canary Verdict" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${description}" />
    ${
      picture !== undefined &&
      html`<meta property="og:image" content="${picture.url}" />
        <meta property="og:image:type" content="image/png" />
        <meta property="og:image:width" content="${picture.width}" />
        <meta property="og:image:height" content="${picture.height}" />
        <meta property="og:image:alt" content="${description}" />
        <meta name="twitter:card" content="summary_large_image" />`
    }`;
}
