import { trackCalls, type StringUse } from './promql-calls.ts';

/** Where in a query a piece of text stands; raw strings are those in backticks. */
export interface PromqlPlace {
  kind: 'code' | 'string' | 'raw';
  quote: string;
  /** What the string is used for. */
  use: StringUse;
}

export interface PromqlToken {
  text: string;
  /** Position in the template. */
  at: number;
  place: PromqlPlace;
  /** Of a placeholder `${name}`. */
  name: string | undefined;
  /** Some of the code before it, without comments. */
  before: string;
}

const CODE: PromqlPlace = { kind: 'code', quote: '', use: 'text' };

/** In code a comment, in a string an escape hides what follows; in raw strings nothing does. */
const TOKENS: Record<PromqlPlace['kind'], RegExp> = {
  code: /\$\$\{|\$\{([^}]*)\}|#[^\n]*|[^]/y,
  string: /\$\$\{|\$\{([^}]*)\}|\\[^]|[^]/y,
  raw: /\$\$\{|\$\{([^}]*)\}|[^]/y,
};

const QUOTES: Record<string, PromqlPlace['kind']> = { '"': 'string', "'": 'string', '`': 'raw' };
/** Longer than any name of a function. */
const KEPT_BEFORE = 100;

/** The pieces of a query with placeholders, in order: `${name}`, `$${`, comments, escapes, single characters. */
export function* scanPromql(template: string): Generator<PromqlToken> {
  const calls = trackCalls();
  let place = CODE;
  let before = '';
  for (let at = 0; at < template.length;) {
    const pattern = TOKENS[place.kind];
    pattern.lastIndex = at;
    const [text, name] = pattern.exec(template)!;
    yield { text, at, place, name, before };
    at += text.length;
    if (name !== undefined || text === '$${') before += text;
    else if (place.kind !== 'code') {
      if (text === place.quote) place = CODE;
    } else if (!text.startsWith('#')) {
      calls.see(text, before);
      const kind = QUOTES[text];
      if (kind !== undefined) place = { kind, quote: text, use: useOf(before, calls.stringUse()) };
      before = (before + text).slice(-KEPT_BEFORE);
    }
  }
}

function useOf(before: string, asArgument: StringUse): StringUse {
  return /[=!]~\s*$/.test(before) ? 'regex' : asArgument;
}
