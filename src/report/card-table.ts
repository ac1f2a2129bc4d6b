import { html, type Content, type SafeHtml } from './html.ts';

/**
 * A table whose rows become cards on narrow screens. Its parts say their roles, which the style of a card takes away
 * from them; so must its rows (`row`) and cells (`cell`, `rowheader`, with `data-label`).
 */
export function renderCardTable(table: {
  caption?: Content;
  columns: readonly Content[];
  rows: readonly SafeHtml[];
}): SafeHtml {
  const { caption, columns, rows } = table;
  return html`<table class="cards" role="table">
    ${
      caption !== undefined &&
      html`<caption>
        <span>${caption}</span>
      </caption>`
    }
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`;
}
