import { Fault } from '../../errors.ts';
import { readSampleValue } from '../grid/sample-value.ts';
import { seriesKey, type Sample } from '../readings/reading.ts';

/** Numbers of lines only: a page may be anybody's secret, so none of its text is ever told. */
export interface UnreadableLines {
  count: number;
  /** The first of them, counted from 1. */
  lines: number[];
  /** Whether one of them may be a wanted sample: its name is wanted, or cannot be read either. */
  mayMiss: boolean;
}

export interface Exposition {
  samples: Sample[];
  /** Lines that are no metric, as far as their number tells; absent when there is none. */
  unreadable?: UnreadableLines;
  /** Names in `# TYPE` lines: families that exist, also those without a sample yet. */
  declared: Set<string>;
}

const NAME = /[a-zA-Z_:][\w:.]*/y;
const LABEL_NAME = /[a-zA-Z_]\w*/y;
const QUOTED = /"((?:[^"\\\n]|\\.)*)"/y;
const SPACES = /[ \t]*/y;
/** Value, optional timestamp, optional exemplar (OpenMetrics) in whatever form; the last two are not used. */
const REST = /[ \t]*([^\s#]+)(?:[ \t]+[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)?[ \t]*(?:#.*)?$/y;
const MAX_TOLD_LINES = 5;
const TYPE = /^#[ \t]*TYPE[ \t]+("(?:[^"\\]|\\.)*"|\S+)/;

/**
 * Reads a metrics page, Prometheus text 0.0.4 or OpenMetrics 1.0, keeping the samples whose names are
 * wanted. Label values have their escapes undone; timestamps are ignored, because the moment of reading
 * counts; a repeated series counts once. Lines that are none are counted and passed over. Fault
 * `source-answer` when all of them are none: then it is no metrics page.
 */
export function parseExposition(text: string, isWanted: (name: string) => boolean): Exposition {
  const samples = new Map<string, Sample>();
  const declared = new Set<string>();
  const unreadable: UnreadableLines = { count: 0, lines: [], mayMiss: false };
  let readable = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '') continue;
    if (line.startsWith('#')) {
      const name = TYPE.exec(line)?.[1];
      if (name !== undefined) declared.add(unquote(name));
      continue;
    }
    const sample = parseSample(line);
    if (sample === undefined) {
      unreadable.count += 1;
      if (unreadable.lines.length < MAX_TOLD_LINES) unreadable.lines.push(index + 1);
      unreadable.mayMiss ||= mayBeWanted(line, isWanted);
      continue;
    }
    readable += 1;
    if (!isWanted(sample.name)) continue;
    const key = seriesKey(sample);
    if (!samples.has(key)) samples.set(key, sample);
  }
  if (unreadable.count === 0) return { samples: [...samples.values()], declared };
  if (readable === 0 && declared.size === 0) throw noPage(unreadable.lines[0]!);
  return { samples: [...samples.values()], declared, unreadable };
}

function mayBeWanted(line: string, isWanted: (name: string) => boolean): boolean {
  const name = take(NAME, line, 0);
  const isName = name !== undefined && /[{ \t]/.test(line[name.end] ?? '');
  return !isName || isWanted(name.text);
}

function parseSample(line: string): Sample | undefined {
  const name = take(NAME, line, 0);
  const opening = skipSpaces(line, name?.end ?? 0);
  const head = { name: name?.text, labels: {}, end: opening };
  const labelled = line[opening] === '{' ? parseLabels(line, opening + 1, head.name) : head;
  if (labelled?.name === undefined) return undefined;
  const rest = take(REST, line, labelled.end);
  const value = rest === undefined ? undefined : readSampleValue(rest.text);
  return value === undefined ? undefined : { name: labelled.name, labels: labelled.labels, value };
}

interface Labelled {
  name: string | undefined;
  labels: Record<string, string>;
  /** Position behind the closing brace. */
  end: number;
}

/** Labels up to the closing brace; a quoted text alone is the metric's name (names beyond ASCII). */
function parseLabels(
  line: string,
  start: number,
  outerName: string | undefined,
): Labelled | undefined {
  const labels: [string, string][] = [];
  let name = outerName;
  let at = skipSpaces(line, start);
  while (line[at] !== '}') {
    const quoted = take(QUOTED, line, at);
    const key = quoted ?? take(LABEL_NAME, line, at);
    if (key === undefined) return undefined;
    at = skipSpaces(line, key.end);
    if (line[at] === '=') {
      const value = take(QUOTED, line, skipSpaces(line, at + 1));
      if (value === undefined) return undefined;
      labels.push([unescape(key.text), unescape(value.text)]);
      at = skipSpaces(line, value.end);
    } else if (quoted !== undefined && name === undefined) {
      name = unescape(quoted.text);
    } else return undefined;
    if (line[at] === ',') at = skipSpaces(line, at + 1);
    else if (line[at] !== '}') return undefined;
  }
  return { name, labels: Object.fromEntries(labels), end: at + 1 };
}

/** The pattern at this very position: its group, or all of it, and where it ends. */
function take(
  pattern: RegExp,
  line: string,
  at: number,
): { text: string; end: number } | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(line);
  return match === null ? undefined : { text: match[1] ?? match[0], end: pattern.lastIndex };
}

function skipSpaces(line: string, at: number): number {
  return take(SPACES, line, at)!.end;
}

function unquote(name: string): string {
  return name.startsWith('"') ? unescape(name.slice(1, -1)) : name;
}

/** Only these three are escapes; any other backslash stands for itself. */
function unescape(text: string): string {
  return text.replaceAll(/\\([\\"n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

function noPage(number: number): Fault {
  return new Fault(
    'source-answer',
    `its page is no metrics page: no metric from line ${number} on`,
  );
}
