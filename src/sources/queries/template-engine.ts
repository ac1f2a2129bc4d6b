import { Fault } from '../../errors.ts';
import type { Scope } from '../../model/scope.ts';

/** Where in a query a piece of text stands; raw strings know no escapes. */
export interface Place {
  kind: 'code' | 'string' | 'raw';
  /** Of a string. */
  quote: string;
  /** Position of that quote in the template; -1 in code. */
  openedAt: number;
  /** What the string is used for, where the dialect tells. */
  use: string;
}

export interface Token {
  text: string;
  /** Position in the template. */
  at: number;
  place: Place;
  /** Of a placeholder `${name}`. */
  name: string | undefined;
  /** Some of the code before it, without comments. */
  before: string;
}

/** A value in the form of the place it stands in, or why it may not stand there. */
export type Escaped = string | { refused: string };

/** What one query language has its own way of, so that no value can change what a query asks. */
export interface Dialect {
  /** Signs that open and close a string. */
  quotes: Readonly<Record<string, 'string' | 'raw'>>;
  /** Inside of strings (not raw ones) these hide the quote; source of a regular expression. */
  escapes: string;
  /** Source of a regular expression; comments are no place for a value, and are not sent. */
  comments: string;
  escape(value: string, place: Place): Escaped;
  /** How texts are put together, for what to write where no parameter can be; `||` unless told. */
  join?: string;
  /** What strings are used for, told from the code that goes before. */
  track?(): { see(text: string, before: string): void; use(before: string): string };
}

const CODE: Place = { kind: 'code', quote: '', openedAt: -1, use: '' };
/** Longer than any name of a function. */
const KEPT_BEFORE = 100;
const PLACEHOLDER = String.raw`\$\$\{|\$\{([^}]*)\}`;
const NEVER = '(?!)';

interface Scanner {
  code: RegExp;
  string: RegExp;
  raw: RegExp;
  isComment: RegExp;
}

const scanners = new WeakMap<Dialect, Scanner>();

function scannerOf(dialect: Dialect): Scanner {
  const known = scanners.get(dialect);
  if (known !== undefined) return known;
  const comments = dialect.comments || NEVER;
  const made = {
    code: new RegExp(`${PLACEHOLDER}|${comments}|[^]`, 'y'),
    string: new RegExp(`${PLACEHOLDER}|${dialect.escapes || NEVER}|[^]`, 'y'),
    raw: new RegExp(`${PLACEHOLDER}|[^]`, 'y'),
    isComment: new RegExp(`^(?:${comments})$`),
  };
  scanners.set(dialect, made);
  return made;
}

/** The pieces of a query with placeholders, in order: `${name}`, `$${`, comments, escapes, single characters. */
export function* scanTemplate(template: string, dialect: Dialect): Generator<Token> {
  const scanner = scannerOf(dialect);
  const track = dialect.track?.();
  let place = CODE;
  let before = '';
  for (let at = 0; at < template.length;) {
    const pattern = scanner[place.kind];
    pattern.lastIndex = at;
    const [text, name] = pattern.exec(template)!;
    yield { text, at, place, name, before };
    if (name !== undefined || text === '$${') before += text;
    else if (place.kind !== 'code') {
      if (text === place.quote) place = CODE;
    } else if (!scanner.isComment.test(text)) {
      track?.see(text, before);
      const kind = dialect.quotes[text];
      if (kind !== undefined)
        place = { kind, quote: text, openedAt: at, use: track?.use(before) ?? '' };
      before = (before + text).slice(-KEPT_BEFORE);
    }
    at += text.length;
  }
}

/**
 * Fills `${name}`, each value escaped by the dialect for the place it stands in. `$${` is a literal `${`; values are
 * not filled again; comments are dropped. Faults are `invalid-query`.
 */
export function fillTemplate(
  template: string,
  dialect: Dialect,
  values: ReadonlyMap<string, string>,
): string {
  return piecesOf(template, dialect)
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      const value = valueOf(piece.name, values);
      const escaped = dialect.escape(value, piece.place);
      if (typeof escaped === 'string') return escaped;
      throw invalid(`value "${value}" of "\${${piece.name}}" ${escaped.refused}`);
    })
    .join('');
}

/**
 * Puts a parameter of the language in the place of each `${name}`, also where it stands alone in quotes, which are
 * dropped then; a value is never part of the text. `parameter` answers how a name is written.
 */
export function bindTemplate(
  template: string,
  dialect: Dialect,
  names: { has(name: string): boolean; keys(): Iterable<string> },
  parameter: (name: string) => string,
): string {
  let text = '';
  let closesAt = -1;
  for (const piece of piecesOf(template, dialect)) {
    if (typeof piece === 'string') {
      text += closesAt >= 0 ? piece.slice(1) : piece;
      closesAt = -1;
      continue;
    }
    const { name, place, at } = piece;
    if (!names.has(name)) throw undefinedName(name, names.keys());
    if (place.kind !== 'code') {
      const end = at + piece.length;
      const isAlone = place.openedAt === at - 1 && template[end] === place.quote;
      if (!isAlone) {
        throw invalid(
          `"\${${name}}" stands inside of quotes with other text, where no parameter can be; put the parts together in the query: ${dialect.quotes["'"] === undefined ? '"text"' : "'text'"} ${dialect.join ?? '||'} \${${name}}`,
        );
      }
      text = text.slice(0, -1);
      closesAt = end;
    }
    text += parameter(name);
  }
  return text;
}

/** Names that every query knows: the scope, the location, and all parameters, also as `parameters.name`. */
export function scopeValues({ scope, location, parameters }: Scope): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters)) {
    values.set(name, value);
    values.set(`parameters.${name}`, value);
  }
  // An empty scope would match everything that lacks the label, so it counts as not given.
  if (scope !== '') values.set('scope', scope);
  if (location !== '') values.set('location', location);
  return values;
}

/** Text as it is sent, or what a value is put in the place of. */
type Piece = string | { name: string; place: Place; at: number; length: number };

/** Templates are taken apart letter by letter, and filled anew for each side, each look and everybody who reads of it. */
const takenApart = new WeakMap<Dialect, Map<string, readonly Piece[]>>();
const MAX_TAKEN_APART = 1000;

function piecesOf(template: string, dialect: Dialect): readonly Piece[] {
  const cache = takenApart.get(dialect) ?? new Map<string, readonly Piece[]>();
  takenApart.set(dialect, cache);
  const known = cache.get(template);
  if (known !== undefined) return known;
  const pieces = takeApart(template, dialect);
  if (cache.size >= MAX_TAKEN_APART) cache.clear();
  cache.set(template, pieces);
  return pieces;
}

function takeApart(template: string, dialect: Dialect): Piece[] {
  const { isComment } = scannerOf(dialect);
  const pieces: Piece[] = [];
  let literal = '';
  for (const { text, place, name, at } of scanTemplate(template, dialect)) {
    if (text === '$${') literal += '${';
    else if (name !== undefined) {
      pieces.push(literal, { name, place, at, length: text.length });
      literal = '';
    } else if (place.kind !== 'code' || !isComment.test(text)) literal += text;
    else if (text.startsWith('/*')) literal += ' '; // may stand between two words
  }
  return [...pieces, literal];
}

function valueOf(name: string, values: ReadonlyMap<string, string>): string {
  const value = values.get(name);
  if (value !== undefined) return value;
  throw undefinedName(name, values.keys());
}

function undefinedName(name: string, known: Iterable<string>): Fault {
  return invalid(
    `query uses "\${${name}}", which is not defined for this scope; defined are ${[...known].sort().join(', ')}`,
  );
}

function invalid(text: string): Fault {
  return new Fault('invalid-query', text);
}
