import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { didYouMean } from '../../closest.ts';
import { scanPromql } from './promql-tokens.ts';

/** What is wrong with a piece of a query, or undefined. */
export interface SyntaxMistake {
  from: number;
  to: number;
  what: string;
  /** Whether VictoriaMetrics may read it all the same. */
  isExtension: boolean;
}

/** Of longer queries the parser gives up where they are right: 1,150 operators are too many for it. */
const LONGEST_PARSED = 2000;
/** Looking further back for a name would cost its square. */
const LONGEST_NAME = 100;
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/**
 * What VictoriaMetrics reads beyond PromQL: `WITH`, `default`, `if`, `limit`, `keep_metric_names`, windows in
 * steps (`[5i]`), numbers with units (`5Ki`), `or` between matchers, a comma behind the last argument.
 */
const EXTENSIONS = [
  /\b(with\s*\(|(default|if|ifnot|limit|keep_metric_names)\b)/i,
  /\[[\d.]+i\b|\d[KMGT]i?\b|\{[^{}]*\bor\b[^{}]*\}|,\s*\)/,
];

/** Names that are often meant by one that is misspelled. */
const FUNCTIONS = (
  'rate irate increase delta idelta deriv changes resets histogram_quantile predict_linear ' +
  'sum avg min max count quantile stddev topk bottomk count_values absent scalar vector ' +
  'sum_over_time avg_over_time min_over_time max_over_time count_over_time quantile_over_time ' +
  'last_over_time stddev_over_time label_join label_replace abs ceil floor round clamp_max clamp_min'
).split(' ');

/**
 * The first mistake in a query without placeholders; what is open or never closed before all others. Of
 * queries beyond 2,000 characters only that is looked at.
 */
export function findSyntaxMistake(query: string): SyntaxMistake | undefined {
  if (query.trim() === '')
    return { from: 0, to: query.length, what: 'the query is empty', isExtension: false };
  const unbalanced = findUnbalanced(query);
  if (unbalanced !== undefined) return { ...unbalanced, isExtension: false };
  if (query.length > LONGEST_PARSED) return undefined;
  const error = firstError(parser.parse(asGrammar(query)).topNode);
  if (error === undefined) return undefined;
  const start = Math.max(0, error.from - LONGEST_NAME);
  const unknown = /[a-zA-Z_:][\w:]*\s*$/.exec(query.slice(start, error.from));
  if (unknown !== null && query[error.from] === '(') {
    const name = unknown[0].trim();
    const from = start + unknown.index;
    const what = `PromQL has no function "${name}"${didYouMean(name, FUNCTIONS)}`;
    return { from, to: from + name.length, what, isExtension: true };
  }
  const code = codeOf(query);
  const isExtension = EXTENSIONS.some((pattern) => pattern.test(code));
  return { from: error.from, to: error.to, what: describe(query, error), isExtension };
}

/** `5.` is a number to Prometheus itself, though not to the grammar that its own editor uses. */
function asGrammar(query: string): string {
  return query.replaceAll(/(?<![\w:.])(\d+)\.(?![\w.])/g, (_, digits: string) => `${digits}0`);
}

/** Brackets and quotes, which a person misses most often and a parser tells worst. */
function findUnbalanced(query: string): Omit<SyntaxMistake, 'isExtension'> | undefined {
  const open: { text: string; at: number }[] = [];
  let quote: { text: string; at: number } | undefined;
  for (const { text, at, place } of scanPromql(query)) {
    if (place.kind !== 'code') {
      if (text === place.quote) quote = undefined;
    } else if (/["'`]/.test(text) && !text.startsWith('#')) quote = { text, at };
    else if ('([{'.includes(text)) open.push({ text, at });
    else if (PAIRS[text] !== undefined) {
      const last = open.pop();
      if (last?.text !== PAIRS[text]) return mismatch(text, at, last);
    }
  }
  const unclosed = quote ?? open.at(-1);
  if (unclosed === undefined) return undefined;
  const { text, at } = unclosed;
  return { from: at, to: at + 1, what: `this ${text} is never closed` };
}

function mismatch(text: string, at: number, last: { text: string; at: number } | undefined) {
  const why = last === undefined ? 'closes nothing' : `cannot close a ${last.text}`;
  return { from: at, to: at + 1, what: `this ${text} ${why}` };
}

/** The error that begins first. */
function firstError(top: SyntaxNode): SyntaxNode | undefined {
  let first: SyntaxNode | undefined;
  top.cursor().iterate(({ type, from, node }) => {
    if (type.isError && (first === undefined || from < first.from)) first = node;
  });
  return first;
}

function describe(query: string, { from, parent }: SyntaxNode): string {
  const found = /^(\w+|\S)/.exec(query.slice(from).trimStart())?.[0];
  const parentName = parent?.name ?? '';
  if (found === undefined) return 'something is missing at the end';
  if (parentName.endsWith('LabelMatcher'))
    return `the value of a label must be in quotes, not ${found}`;
  if (
    /^\w/.test(found) &&
    /[\w)\]}"']\s*$/.test(query.slice(Math.max(0, from - LONGEST_NAME), from))
  ) {
    return `"${found}" cannot follow here: an operator or a comma is missing before it`;
  }
  return `"${found}" is not expected here`;
}

/** The query without what stands in its strings and comments. */
function codeOf(query: string): string {
  return [...scanPromql(query)]
    .filter(({ text, place }) => place.kind === 'code' && !text.startsWith('#'))
    .map(({ text }) => text)
    .join('');
}

/** The windows of functions that look at growth, as `rate(x[1m])`. */
export function findRateWindows(query: string): { from: number; to: number; text: string }[] {
  const windows: { from: number; to: number; text: string }[] = [];
  parser.parse(query).iterate({
    enter: ({ name, from, to, node }) => {
      if (name !== 'MatrixSelector') return;
      const call = node.parent?.parent;
      const caller = query.slice(call?.from ?? 0, call?.to ?? 0);
      if (!/^(rate|irate|increase|delta|idelta|deriv)\s*\(/.test(caller)) return;
      const at = query.lastIndexOf('[', to);
      if (at > from) windows.push({ from: at + 1, to: to - 1, text: query.slice(at + 1, to - 1) });
    },
  });
  return windows;
}
