import { Fault } from '../../errors.ts';
import { formatDuration } from '../../model/time/duration.ts';
import type { Scope } from '../../model/scope.ts';
import type { StringUse } from './promql-calls.ts';
import { scanPromql, type PromqlPlace } from './promql-tokens.ts';

const PLAIN = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:\d+(?:ms|[smhdwy]))+|[a-zA-Z_:][\w:]*)$/;

/** As scrapers of Kubernetes often have it; `scrapeInterval` of an account says what is so. */
export const DEFAULT_SCRAPE_INTERVAL_MS = 15_000;

/**
 * Fills `${name}` in a native PromQL query. Each value is escaped for the place it stands in: in a
 * string behind `=~` or `!~`, or where a function such as `label_replace` takes a regular expression, it
 * matches only itself; in any other string it is that text; outside strings only a number, a duration or
 * an identifier is let in. So no value can change what a query asks. `$${` is a literal `${`; values are
 * not filled again; comments are dropped.
 *
 * @param scrapeIntervalMs what a window of counts is longer than a step by
 */
export function fillPromql(
  template: string,
  scope: Scope,
  scrapeIntervalMs = DEFAULT_SCRAPE_INTERVAL_MS,
): string {
  const values = bindValues(scope, scrapeIntervalMs);
  return piecesOf(template)
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      return escapeFor(piece.place, piece.name, valueOf(piece.name, values));
    })
    .join('');
}

/** Text as it is sent, or what a value is put in the place of. */
type Piece = string | { name: string; place: PromqlPlace };

/** Templates are taken apart letter by letter, and filled anew for each side, each look and everybody who reads of it. */
const takenApart = new Map<string, readonly Piece[]>();
const MAX_TAKEN_APART = 1000;

function piecesOf(template: string): readonly Piece[] {
  const known = takenApart.get(template);
  if (known !== undefined) return known;
  const pieces = takeApart(template);
  if (takenApart.size >= MAX_TAKEN_APART) takenApart.clear();
  takenApart.set(template, pieces);
  return pieces;
}

function takeApart(template: string): Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  for (const { text, place, name } of scanPromql(template)) {
    if (text === '$${') literal += '${';
    else if (name !== undefined) {
      pieces.push(literal, { name, place });
      literal = '';
    } else if (place.kind !== 'code' || !text.startsWith('#')) literal += text;
  }
  return [...pieces, literal];
}

/** The names every native query knows, and all parameters, also as `parameters.name`. */
function bindValues(scope: Scope, scrapeIntervalMs: number): Map<string, string> {
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
  const stepMs = scope.stepSeconds * 1000;
  values.set('step', formatDuration(stepMs));
  // Prometheus sees in a window only what lies between its first and its last sample: one interval less than it
  values.set('countWindow', formatDuration(stepMs + scrapeIntervalMs));
  values.set('countFactor', String(stepMs / (stepMs + scrapeIntervalMs)));
  return values;
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

function escapeFor(place: PromqlPlace, name: string, value: string): string {
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
