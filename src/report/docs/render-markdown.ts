import createMarkdown, { type MarkdownIt, type Token } from 'markdown-it';
import { rendered, type SafeHtml } from '../html.ts';
import { slugOf } from './slug.ts';

export interface RenderedPage {
  /** The text of its first heading. */
  title: string;
  /** Its headings of the second level. */
  sections: { id: string; title: string }[];
  body: SafeHtml;
}

/**
 * A page of Markdown. HTML in it is shown as text. Tables and blocks of code scroll inside the page, also by keyboard.
 *
 * @param addressOf where a relative link leads, or undefined when it leads nowhere here: then its text stays
 */
export function renderMarkdown(
  text: string,
  addressOf: (link: string) => string | undefined,
): RenderedPage {
  const markdown = createMarkdown({ html: false, linkify: false });
  const tokens = markdown.parse(text, {});
  const headings = nameHeadings(tokens);
  for (const token of tokens) setLinks(token.children ?? [], addressOf);
  emptyHeads(tokens);
  setRules(markdown);
  const sections = headings.filter(({ level }) => level === 'h2');
  return {
    title: headings[0]?.title ?? 'Documentation',
    sections: sections.map(({ id, title }) => ({ id, title })),
    body: rendered(markdown.renderer.render(tokens, markdown.options, {})),
  };
}

/** Equal headings are told apart by a number, as GitHub does. */
function nameHeadings(tokens: readonly Token[]) {
  const seen = new Map<string, number>();
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return [];
    const title = plainText(tokens[index + 1]?.children ?? []);
    const slug = slugOf(title);
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    const id = times === 0 ? slug : `${slug}-${times}`;
    token.attrSet('id', id);
    return [{ level: token.tag, id, title }];
  });
}

function plainText(tokens: readonly Token[]): string {
  return tokens
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
}

function setLinks(tokens: Token[], addressOf: (link: string) => string | undefined): void {
  let open: string | undefined;
  for (const token of tokens) {
    if (token.type === 'link_open') {
      open = addressOf(String(token.attrGet('href') ?? ''));
      token.attrs = open === undefined ? [] : [['href', open]];
      if (open === undefined) token.tag = 'span';
    } else if (token.type === 'link_close' && open === undefined) token.tag = 'span';
  }
}

/** The head of a column without a name would be read out as one. */
function emptyHeads(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'th_open' || tokens[index + 1]?.content !== '') continue;
    token.tag = 'td';
    tokens[index + 2]!.tag = 'td';
  }
}

function setRules({ renderer, utils }: MarkdownIt): void {
  const { rules } = renderer;
  rules['table_open'] = () =>
    '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>';
  rules['table_close'] = () => '</table></div>';
  const pre = (content: string) =>
    `<pre class="scroll" tabindex="0"><code>${utils.escapeHtml(content)}</code></pre>`;
  rules['fence'] = (tokens, index) => pre(tokens[index]!.content);
  rules['code_block'] = (tokens, index) => pre(tokens[index]!.content);
}
