import { Fault } from '../errors.ts';
import { formatDuration } from '../model/duration.ts';
import type { Scope } from '../model/scope.ts';
import { trackCalls, type StringUse } from './promql-calls.ts';

/** Where in a query a piece of text stands; raw strings are those in backticks. */
interface Place {
  kind: 'code' | 'string' | 'raw';
  quote: string;
  /** What the string is used for. */
  use: StringUse;
}

const CODE: Place = { kind: 'code', quote: '', use: 'text' };

/** In code a comment, in a string an escape hides what follows; in raw strings nothing does. */
const TOKENS: Record<Place['kind'], RegExp> = {
  code: /\$\$\{|\$\{([^}]*)\}|#[^\n]*|[^]/y,
  string: /\$\$\{|\$\{([^}]*)\}|\\[^]|[^]/y,
  raw: /\$\$\{|\$\{([^}]*)\}|[^]/y,
};

const QUOTES: Record<string, Place['kind']> = { '"': 'string', "'": 'string', '`': 'raw' };
const PLAIN = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:\d+(?:ms|[smhdwy]))+|[a-zA-Z_:][\w:]*)$/;

/**
 * Fills `${name}` in a native PromQL query. Each value is escaped for the place it stands in: in a
 * string behind `=~` or `!~`, or where a function such as `label_replace` takes a regular expression, it
 * matches only itself; in any other string it is that text; outside strings only a number, a duration or an identifier is let in. So no value can change what a query
 * asks. `$${` is a literal `${`; values are not filled again; comments are dropped.
 */
export function fillPromql(template: string, scope: Scope): string {
  const values = bindValues(scope);
  const calls = trackCalls();
  let place = CODE;
  let filled = '';
  for (let at = 0; at < template.length;) {
    const [token, name] = tokenAt(template, at, place);
    at += token.length;
    if (token === '$${') filled += '${';
    else if (name !== undefined) filled += escapeFor(place, name, valueOf(name, values));
    else {
      if (place.kind === 'code') calls.see(token, filled);
      place = placeAfter(token, place, () => useOf(filled, calls.stringUse()));
      if (place.kind !== 'code' || !token.startsWith('#')) filled += token;
    }
  }
  return filled;
}

/** The names every native query knows, and all parameters, also as `parameters.name`. */
function bindValues(scope: Scope): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(scope.parameters)) {
    values.set(name, value);
    values.set(`parameters.${name}`, value);
  }
  // An empty scope would match every series that lacks the label, so it counts as not given.
  if (scope.scope !== '') values.set('scope', scope.scope);
  if (scope.location !== '') values.set('location', scope.location);
  values.set('start', String(scope.startAt / 1000));
  values.set('end', String(scope.endAt / 1000));
  values.set('step', formatDuration(scope.stepSeconds * 1000));
  return values;
}

function tokenAt(template: string, at: number, place: Place): [string, string | undefined] {
  const pattern = TOKENS[place.kind];
  pattern.lastIndex = at;
  const match = pattern.exec(template)!;
  return [match[0], match[1]];
}

function placeAfter(token: string, place: Place, use: () => StringUse): Place {
  if (place.kind !== 'code') return token === place.quote ? CODE : place;
  const kind = QUOTES[token];
  return kind === undefined ? CODE : { kind, quote: token, use: use() };
}

function useOf(before: string, asArgument: StringUse): StringUse {
  return /[=!]~\s*$/.test(before) ? 'regex' : asArgument;
}

function valueOf(name: string, values: ReadonlyMap<string, string>): string {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw new Fault(
    'invalid-query',
    `query uses "\${${name}}", which is not defined for this scope; defined are ${[...values.keys()].sort().join(', ')}`,
  );
}

/** What makes a text mean itself, in RE2 and in the replacements of Go. */
const ESCAPES: Record<StringUse, (value: string) => string> = {
  text: (value) => value,
  regex: (value) => value.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`),
  replacement: (value) => value.replaceAll('$', '$$$$'), // `$$` here is one `$`
};

function escapeFor(place: Place, name: string, value: string): string {
  if (place.kind === 'code') {
    if (PLAIN.test(value)) return value;
    throw new Fault(
      'invalid-query',
      `value "${value}" of "\${${name}}" stands outside a string, where only a number, a duration or an identifier may be`,
    );
  }
  const text = ESCAPES[place.use](value);
  if (place.kind === 'string') return escapeString(text, place.quote);
  if (!text.includes('`')) return text;
  throw new Fault(
    'invalid-query',
    `value "${value}" of "\${${name}}" has a backtick, which a string in backticks cannot hold; use double quotes`,
  );
}

function escapeString(text: string, quote: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', String.raw`\n`);
}
