/** What a string means where it stands: itself, a regular expression, or the replacement for one. */
export type StringUse = 'text' | 'regex' | 'replacement';

/** Arguments, counted from 0, that are no plain texts; the last three functions are VictoriaMetrics'. */
const ARGUMENTS: Record<string, Record<number, StringUse>> = {
  label_replace: { 2: 'replacement', 4: 'regex' },
  label_transform: { 2: 'regex', 3: 'replacement' },
  label_match: { 2: 'regex' },
  label_mismatch: { 2: 'regex' },
};

const OPENING = new Set(['(', '{', '[']);
const CLOSING = new Set([')', '}', ']']);
const NAME_BEHIND = /([a-zA-Z_:][\w:]*)\s*$/;
const LONGEST_NAME = 100;

interface Bracket {
  /** Name of the function whose arguments stand in it; empty for all others. */
  name: string;
  /** How many commas stood in it. */
  commas: number;
}

/** Follows the code of a query, token by token, and tells what a string that begins now is used for. */
export function trackCalls(): {
  /** `before` is the query up to the token. */
  see(token: string, before: string): void;
  stringUse(): StringUse;
} {
  const open: Bracket[] = [];
  return {
    see(token, before) {
      if (OPENING.has(token)) {
        const [, name = ''] =
          token === '(' ? (NAME_BEHIND.exec(before.slice(-LONGEST_NAME)) ?? []) : [];
        open.push({ name: name.toLowerCase(), commas: 0 });
      } else if (CLOSING.has(token)) open.pop();
      else if (token === ',' && open.length > 0) open.at(-1)!.commas += 1;
    },
    stringUse() {
      const { name = '', commas = 0 } = open.at(-1) ?? {};
      return Object.hasOwn(ARGUMENTS, name) ? (ARGUMENTS[name]![commas] ?? 'text') : 'text';
    },
  };
}
