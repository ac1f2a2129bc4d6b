import {
  scanTemplate,
  type Dialect,
  type Escaped,
  type Place,
  type Token,
} from '../queries/template-engine.ts';
import { trackCalls, type StringUse } from './promql-calls.ts';

const PLAIN = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:\d+(?:ms|[smhdwy]))+|[a-zA-Z_:][\w:]*)$/;

/** What makes a text mean itself, in RE2 and in the replacements of Go. */
const ESCAPES: Record<StringUse, (value: string) => string> = {
  text: (value) => value,
  regex: (value) => value.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`),
  replacement: (value) => value.replaceAll('$', '$$$$'), // `$$` here is one `$`
};

/** PromQL, with what its strings are used for: a text, a regular expression, or a replacement of one. */
export const PROMQL: Dialect = {
  quotes: { '"': 'string', "'": 'string', '`': 'raw' },
  escapes: String.raw`\\[^]`,
  comments: String.raw`#[^\n]*`,
  escape: escapePromql,
  track() {
    const calls = trackCalls();
    return {
      see: (text, before) => calls.see(text, before),
      use: (before) => (/[=!]~\s*$/.test(before) ? 'regex' : calls.stringUse()),
    };
  },
};

/** The pieces of a query with placeholders, in order. */
export function scanPromql(template: string): Generator<Token> {
  return scanTemplate(template, PROMQL);
}

function escapePromql(value: string, place: Place): Escaped {
  if (place.kind === 'code') {
    if (PLAIN.test(value)) return value;
    const refused =
      'stands outside a string, where only a number, a duration or an identifier may be';
    return { refused };
  }
  const text = ESCAPES[place.use as StringUse](value);
  if (place.kind === 'string') return escapeString(text, place.quote);
  if (!text.includes('`')) return text;
  return { refused: 'has a backtick, which a string in backticks cannot hold; use double quotes' };
}

function escapeString(text: string, quote: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', String.raw`\n`);
}
