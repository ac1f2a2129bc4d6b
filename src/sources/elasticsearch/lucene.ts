import { fillLeaf } from '../queries/fill-tree.ts';
import { fillTemplate, type Dialect } from '../queries/template-engine.ts';

const WORD = /^(?!-|(?:AND|OR|NOT)$)[\p{L}\p{N}_.-]+$/u;

/** The text of a `query_string`: a small language of its own inside of the tree. */
export const LUCENE: Dialect = {
  quotes: { '"': 'string' },
  escapes: String.raw`\\[^]`,
  comments: '',
  escape(value, { kind }) {
    if (kind === 'string') return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    if (WORD.test(value)) return value;
    return { refused: 'stands outside of quotes, where only a plain word may be: write "${...}"' };
  },
};

/** A value is a pattern that matches nothing but itself. */
const patternOf = (reserved: RegExp): Dialect => ({
  quotes: {},
  escapes: '',
  comments: '',
  escape: (value) => value.replaceAll(reserved, String.raw`\$&`),
});
const REGEXP = patternOf(/[.?+*|{}[\]()"\\#@&<>~^$/-]/g);
const WILDCARD = patternOf(/[*?\\]/g);

const CODE: Dialect = {
  ...patternOf(/(?!)/g),
  escape: () => ({ refused: 'is no part of a script: hand it over by "params"' }),
};

/** Fills one text of a filter by what the keys above it make of it. */
export function fillFilter(
  text: string,
  values: ReadonlyMap<string, string>,
  path: readonly string[],
): string {
  const last = path.at(-1);
  if (path.includes('script') && !path.includes('params')) return fillTemplate(text, CODE, values);
  if (last === 'query' && /^(?:simple_)?query_string$/.test(path.at(-2) ?? '')) {
    return fillTemplate(text, LUCENE, values);
  }
  if (path.includes('regexp')) return fillTemplate(text, REGEXP, values);
  if (path.includes('wildcard')) return fillTemplate(text, WILDCARD, values);
  return fillLeaf(text, values);
}
