const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Of the code, not of the page: a long table would carry a lot of it. */
const INDENTATION = /\n\s*/g;

/** Markup whose every part was either written in this code base or escaped. Only `html` and `rendered` make one. */
class SafeHtml {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

export type { SafeHtml };
export type Content = string | number | SafeHtml | readonly Content[] | undefined | false;

/**
 * HTML and SVG as a template: everything interpolated is escaped unless it is `html` itself; lists are joined,
 * `undefined` and `false` are nothing. Attribute values must stand in quotes.
 */
export function html(parts: TemplateStringsArray, ...contents: Content[]): SafeHtml {
  let markup = '';
  const written = compacted(parts);
  for (let index = 0; index < written.length; index += 1)
    markup += written[index]! + escape(contents[index]);
  return new SafeHtml(markup);
}

/** What a renderer made that escapes by itself. Dangerous for anything else: it stands in the page as it is. */
export function rendered(markup: string): SafeHtml {
  return new SafeHtml(markup);
}

/** A template has the same parts each time: a row of a table is written hundreds of times. */
const known = new WeakMap<TemplateStringsArray, readonly string[]>();

function compacted(parts: TemplateStringsArray): readonly string[] {
  const before = known.get(parts);
  if (before !== undefined) return before;
  const written = parts.map((part) => part.replace(INDENTATION, '\n'));
  known.set(parts, written);
  return written;
}

function escape(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof SafeHtml) return content.toString();
  if (typeof content === 'object') return content.map(escape).join('');
  return String(content).replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
