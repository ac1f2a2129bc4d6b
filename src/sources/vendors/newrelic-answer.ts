import { Fault } from '../../errors.ts';
import type { PageAnswer } from '../asking/http-source.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';
import { readNumber } from '../grid/frames.ts';
import { keyOfTags, type RangeSeries } from '../grid/range-series.ts';
import type { SourceRemark } from '../source.ts';

/** Groups of one FACET: more are left out without a word. */
export const MAX_FACETS = 5000;
/** Counted beside what was selected: without events an average is 0 there, and so is a count. */
export const INSPECTED = 'canary_inspected';

export interface NrqlAnswer {
  rows: Record<string, unknown>[];
  facets: string[];
  remarks: SourceRemark[];
}

export function readNrql(body: string): NrqlAnswer {
  const answer = readObject(body, 'New Relic');
  refuseErrors(answer);
  const actor = below(below(answer, 'data'), 'actor');
  const { results, metadata } = below(below(actor, 'account'), 'nrql');
  const { facets, messages } = isRecord(metadata) ? metadata : {};
  if (!Array.isArray(results) || !results.every(isRecord)) throw wrongAnswer('no results of NRQL');
  return {
    rows: results,
    facets: textsOf(facets),
    remarks: textsOf(messages).map((text) => ({ kind: 'warning', text: `New Relic: ${text}` })),
  };
}

const OF_ROW = new Set([
  'beginTimeSeconds',
  'endTimeSeconds',
  'inspectedCount',
  'facet',
  INSPECTED,
]);

/** A row is one step of one group; several selected values are told apart by the label `column`. */
export function readRows({ rows, facets }: NrqlAnswer): PageAnswer {
  const found = new Map<string, RangeSeries>();
  for (const row of rows) {
    const at = row['beginTimeSeconds'];
    if (typeof at !== 'number') throw wrongAnswer('a row without beginTimeSeconds');
    const groups = Array.isArray(row['facet']) ? row['facet'] : [row['facet']];
    const labels = facets.map((name, index) => [name, tell(groups[index] ?? row[name])]);
    const columns = Object.keys(row).filter((name) => !OF_ROW.has(name) && !facets.includes(name));
    for (const column of columns) {
      const own = columns.length > 1 ? [['column', column]] : [];
      const tags = Object.fromEntries([...labels, ...own]) as Record<string, string>;
      const series = found.get(keyOfTags(tags)) ?? { tags, points: [] };
      found.set(keyOfTags(tags), series);
      const value = row[INSPECTED] === 0 ? NaN : valueOf(row[column], column);
      if (!Number.isNaN(value)) series.points.push([at * 1000, value]);
    }
  }
  const series = [...found.values()];
  if (facets.length > 0 && series.length >= MAX_FACETS) {
    throw new Fault('source-limit', `${MAX_FACETS} groups, the most it tells; group by less`);
  }
  // groups and steps without a single event are no series of it
  return { series: series.filter(({ points }) => points.length > 0), remarks: [] };
}

/** A percentile is a map of one. */
function valueOf(value: unknown, column: string): number {
  if (!isRecord(value)) return readNumber(value, column);
  const [first, ...more] = Object.values(value);
  if (more.length === 0) return readNumber(first, column);
  throw wrongAnswer(`several values in "${column}"; select one percentile at a time`);
}

/** What passes, told by its words: NerdGraph answers 200 whatever happened. */
const PASSES = /timed? ?out|SERVER_ERROR|TOO_MANY|rate limit|limit exceeded|unavailable|try again/i;

/** A key that may not read an account is told in a 200 too. */
const NOT_ALLOWED = /access.?denied|unauthori[sz]ed|forbidden|not authori[sz]ed|api key/i;

function refuseErrors(answer: Record<string, unknown>): void {
  const said = wordsOf(answer);
  if (said === undefined) return;
  if (PASSES.test(said)) {
    throw new Fault('source-unavailable', `an error: ${said}`, { retryable: true });
  }
  const remedy = NOT_ALLOWED.test(said)
    ? "check the account's API-Key and options.accountId"
    : 'correct the query';
  throw new Fault('source-refused', `an error: ${said}; ${remedy}`);
}

/** The words of a refusal. */
export function readWords(body: string): string | undefined {
  const answer = parseJson(body);
  return isRecord(answer) ? wordsOf(answer) : undefined;
}

function wordsOf({ errors, error }: Record<string, unknown>): string | undefined {
  if (typeof error === 'string' && error !== '') return error;
  if (isRecord(error)) return tell(error['message'] ?? error['title']);
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  return errors
    .map((one) => {
      const errorClass = below(one, 'extensions')['errorClass'];
      const message = isRecord(one) ? one['message'] : one;
      return [errorClass, message]
        .filter((part) => part !== undefined)
        .map(tell)
        .join(': ');
    })
    .join('; ');
}

function below(value: unknown, name: string): Record<string, unknown> {
  const inner = isRecord(value) ? value[name] : undefined;
  return isRecord(inner) ? inner : {};
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).map(tell);
}

function tell(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
