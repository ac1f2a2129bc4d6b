import { html, type Content } from './html.ts';
import { stylesheet } from './stylesheet.ts';

/** The shell of every page. The title starts with the glyph, so that a row of browser tabs can be read. */
export function renderDocument(page: { title: string; body: Content }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${page.title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href="${stylesheet.path}" />
      </head>
      <body>
        ${page.body}
      </body>
    </html> `.toString();
}
