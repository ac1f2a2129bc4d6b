import { isPlainWord } from './plain-word.ts';
import { fillTemplate, type Dialect } from './template-engine.ts';

/** Text among which a value stands may be a language of its own, so that only plain words are let in there. */
const AMONG_TEXT: Dialect = {
  quotes: {},
  escapes: '',
  comments: '',
  escape: (value) =>
    isPlainWord(value)
      ? value
      : {
          refused:
            'stands where a language of its own may be, and only letters, digits and _ . : / @ - may be in one',
        },
};

const ALONE = /^\$\{([^}]*)\}$/;
const ANYTHING: Dialect = { ...AMONG_TEXT, escape: (value) => value };

/** Fills one text with plain words alone, also where the whole text is one value. */
export function fillWords(text: string, values: ReadonlyMap<string, string>): string {
  return fillTemplate(text, AMONG_TEXT, values);
}

/** Fills one text: a value may be anything where it is the whole text, and a plain word among other text. */
export function fillLeaf(text: string, values: ReadonlyMap<string, string>): string {
  return fillTemplate(text, ALONE.test(text) ? ANYTHING : AMONG_TEXT, values);
}

/**
 * A tree of JSON with its texts filled, keys left as they are. What is one of `numbers` and stands alone becomes a
 * number: `{from: "${start_ms}"}` is `{"from": 1768471200000}`. `fill` has other rules for the texts of some
 * keys; `path` are those that lead to it.
 */
export function fillTree(
  tree: unknown,
  values: ReadonlyMap<string, string>,
  {
    numbers = new Set(),
    fill = fillLeaf,
  }: {
    numbers?: ReadonlySet<string>;
    fill?: (text: string, values: ReadonlyMap<string, string>, path: readonly string[]) => string;
  } = {},
): unknown {
  const at = (part: unknown, path: readonly string[]): unknown => {
    if (typeof part === 'string') {
      const name = ALONE.exec(part)?.[1];
      const text = fill(part, values, path);
      return name !== undefined && numbers.has(name) ? Number(text) : text;
    }
    if (Array.isArray(part)) return part.map((item) => at(item, path));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, item]) => [key, at(item, [...path, key])]),
    );
  };
  return at(tree, []);
}
