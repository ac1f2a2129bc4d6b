import { Fault } from '../../errors.ts';
import { namesIn, type NamesQuestion } from '../asking/account-questions.ts';
import { asJson, type Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type HttpAccount,
  type PageAnswer,
  type Plan,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, readObject } from '../asking/read-json.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import type { Grid } from '../grid/grid.ts';
import { DEFAULT_LIMITS } from '../grid/limits.ts';
import { splitGrid } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';
import { planKayentaNewrelic } from './kayenta/newrelic.ts';
import {
  INSPECTED,
  MAX_FACETS,
  readNrql,
  readRows,
  readWords,
  type NrqlAnswer,
} from './newrelic-answer.ts';

/** Of one TIMESERIES; more are an error there. */
const MAX_BUCKETS = 366;
/** Of one query at the server; it takes 5 unless told, and no more than 120. */
const TIMEOUT_SECONDS = 60;

/**
 * New Relic: NRQL by NerdGraph; Kayenta-shaped queries likewise, or by the Insights API where the account says
 * `options.api: insights`.
 */
export const createNewrelicSource: CreateSource = (account, dependencies) => {
  checkAccount(account);
  return createHttpSource(account, dependencies, {
    kind: 'newrelic',
    manners: MANNERS,
    plan: (request) =>
      request.query['nrql'] === undefined
        ? planKayentaNewrelic(request, account.options, nrqlQuestion)
        : planNative(request, account),
    probe: () => eventTypes(account),
    names: { question: () => eventTypes(account) },
  });
};

const EVENT_TYPES = 'SHOW EVENT TYPES SINCE 1 DAY AGO';

/** What NRQL selects FROM, by either API; a user's key alone says nothing of the account at New Relic. */
function eventTypes({ options }: HttpAccount): NamesQuestion {
  if (options?.['api'] === 'insights') {
    return {
      method: 'GET',
      path: `v1/accounts/${String(options['accountId'])}/query`,
      search: { nrql: EVENT_TYPES },
      tellable: ['nrql'],
      read: ({ text }) => ({ names: readInsightsTypes(text) }),
    };
  }
  return {
    ...nrqlQuestion(EVENT_TYPES, options, () => ({ series: [], remarks: [] })),
    read: ({ text }) => ({ names: readNrql(text).rows.map(({ eventType }) => String(eventType)) }),
  };
}

function readInsightsTypes(body: string): string[] {
  const { results } = readObject(body, 'New Relic');
  const first: unknown = Array.isArray(results) ? results[0] : undefined;
  return namesIn(isRecord(first) ? first['eventTypes'] : undefined, 'types of events');
}

/** Each of the two APIs has a key of its own, and the other's is refused there. */
function checkAccount({ name, headers, options }: HttpAccount): void {
  const subject = `source "${name}"`;
  const needed = options?.['api'] === 'insights' ? 'X-Query-Key' : 'API-Key';
  const given = Object.keys(headers ?? {}).map((header) => header.toLowerCase());
  const problem =
    options?.['accountId'] === undefined
      ? 'needs the number of the account at New Relic, as options: {accountId: 1234567}'
      : given.includes(needed.toLowerCase())
        ? undefined
        : `needs the header ${needed}, as auth: {type: headers, headers: {${needed}: env:...}}`;
  if (problem === undefined) return;
  throw new Fault('bad-configuration', `${subject} ${problem}`, { subject });
}

const MANNERS: Manners = {
  readError: readWords,
  remedies: {
    401: "; check the account's API-Key (a user key, NRAK-...), and that its url is of the region it belongs to",
    403: "; check the account's API-Key (a user key, NRAK-...) and options.accountId",
  },
};

/** Texts in `'`, names in backticks; `LIKE` and `RLIKE` read more into a text than its letters. */
export const NRQL: Dialect = {
  quotes: { "'": 'string', '"': 'string', '`': 'raw' },
  escapes: String.raw`\\[^]`,
  comments: String.raw`--[^\n]*|//[^\n]*|/\*[^]*?\*/`,
  escape(value, { kind, quote, use }) {
    if (kind === 'code') {
      if (/^-?\d+(\.\d+)?$/.test(value)) return value;
      return { refused: "stands outside of quotes, where only a number may be: write '${...}'" };
    }
    if (kind === 'raw') {
      return /[`\\\n]/.test(value) ? { refused: 'has a sign that no name can hold' } : value;
    }
    if (use === 'like' && value.includes('%'))
      return { refused: 'has a %, which LIKE takes for anything' };
    if (use === 'rlike' && !/^[\w -]*$/.test(value)) {
      return { refused: 'has a sign that means more in a regular expression: use =' };
    }
    return value
      .replaceAll('\\', '\\\\')
      .replaceAll(quote, `\\${quote}`)
      .replaceAll('\n', String.raw`\n`);
  },
  track: () => ({
    see: () => undefined,
    use: (before) => /\b(r?like)\s*\(?\s*r?$/i.exec(before)?.[1]?.toLowerCase() ?? '',
  }),
};

function planNative(request: SeriesRequest, account: HttpAccount): Plan {
  const { query, scope } = request;
  if (account.options?.['api'] === 'insights') {
    throw invalid(
      `"nrql" is asked by NerdGraph, and account "${account.name}" has the key of the Insights API: give it the header API-Key and leave out options.api`,
    );
  }
  const grid = bucketsOf(scope);
  if (grid.stepMs % 1000 !== 0) throw invalid('a step of newrelic must be of whole seconds');
  const values = scopeValues(scope);
  values.set('step', String(grid.stepMs / 1000));
  const text = fillTemplate(textField(query, 'nrql') ?? '', NRQL, values).trim();
  const limit = Math.min(MAX_FACETS, (account.maxSeries ?? DEFAULT_LIMITS.maxSeries) + 1);
  const whole = completeNrql(text, limit);
  const asked = (part: Grid) =>
    `${whole} TIMESERIES ${part.stepMs / 1000} SECONDS SINCE ${part.startAt} UNTIL ${part.startAt + part.count * part.stepMs}`;
  return {
    query: asked(grid),
    grid,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: splitGrid(grid, MAX_BUCKETS).map((part) =>
      nrqlQuestion(asked(part), account.options, readRows),
    ),
  };
}

/** What ends a list of selected values. */
const CLAUSE = /^(?:FROM|WHERE|FACET|LIMIT|ORDER|WITH|COMPARE|EXTRAPOLATE|SLIDE|JOIN|PREDICT)$/i;

/** The query with how many events each step has, and without a limit of 10 groups. */
function completeNrql(text: string, limit: number): string {
  const words = topWords(text);
  const select = words.findIndex(({ word }) => /^SELECT$/i.test(word));
  if (select < 0) throw invalid('"nrql" must have a SELECT');
  const ours = words.find(({ word }) => /^(?:TIMESERIES|SINCE|UNTIL)$/i.test(word));
  if (ours !== undefined) {
    throw invalid(
      `"nrql" has ${ours.word.toUpperCase()} itself; leave it out: TIMESERIES, SINCE and UNTIL are those of the window`,
    );
  }
  const has = (name: RegExp) => words.some(({ word }) => name.test(word));
  if (has(/^COMPARE$/i))
    throw invalid('"nrql" must not have COMPARE WITH: both sides are asked for');
  const end = words.slice(select + 1).find(({ word }) => CLAUSE.test(word))?.at ?? text.length;
  const counted =
    `${text.slice(0, end).trimEnd()}, count(*) AS ${INSPECTED} ${text.slice(end)}`.trim();
  return has(/^FACET$/i) && !has(/^LIMIT$/i) ? `${counted} LIMIT ${limit}` : counted;
}

/** Words outside of quotes and brackets, with their places. */
function topWords(text: string): { word: string; at: number }[] {
  const words: { word: string; at: number }[] = [];
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(
    /'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"|`[^`]*`|[()]|\w+/g,
  )) {
    if (found === '(') depth += 1;
    else if (found === ')') depth -= 1;
    else if (depth === 0 && /^\w/.test(found)) words.push({ word: found, at: index });
  }
  return words;
}

/** One query of NRQL, which is a variable and never a part of the question's text. */
function nrqlQuestion(
  nrql: string,
  options: HttpAccount['options'],
  read: (answer: NrqlAnswer) => PageAnswer,
): PlannedQuestion {
  const query =
    'query($a:Int!,$q:Nrql!,$t:Seconds){actor{account(id:$a){nrql(query:$q,timeout:$t){results metadata{facets messages}}}}}';
  const variables = { a: options?.['accountId'], q: nrql, t: TIMEOUT_SECONDS };
  return {
    method: 'POST',
    path: 'graphql',
    tellable: [],
    ...asJson({ query, variables }),
    read: ({ text }) => {
      const answer = readNrql(text);
      const page = read(answer);
      return { ...page, remarks: [...answer.remarks, ...page.remarks] };
    },
  };
}

function invalid(text: string): Fault {
  return new Fault('invalid-query', text);
}
