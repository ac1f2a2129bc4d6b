const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Of the code, not of the page: a long table would carry a lot of it. */
const INDENTATION = /\n\s*/g;

/** Markup whose every part was either written in this code base or escaped. Only `html` makes one. */
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
  return new SafeHtml(
    parts.map((part, index) => part.replace(INDENTATION, '\n') + escape(contents[index])).join(''),
  );
}

function escape(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof SafeHtml) return content.toString();
  if (typeof content === 'object') return content.map(escape).join('');
  return String(content).replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}
