import { Fault } from '../../errors.ts';
import { formatDuration } from '../../model/time/duration.ts';
import type { NamesQuestion } from '../asking/account-questions.ts';
import { asForm, type Manners } from '../asking/http-ask.ts';
import { createHttpSource, type PageAnswer, type Plan } from '../asking/http-source.ts';
import { isRecord, parseJson, wrongAnswer } from '../asking/read-json.ts';
import { gridOf, type Grid } from '../grid/grid.ts';
import { placeOnGrid, splitGrid } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';
import { readErrorText, readNames, readRangeAnswer } from './prometheus-answer.ts';
import { PROMQL } from './promql-tokens.ts';

const MAX_POINTS_PER_REQUEST = 11_000;

/** Grafana Loki: metric queries over logs, answered as Prometheus answers. */
export const createLokiSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'loki',
    manners: MANNERS,
    plan: planLoki,
    // /ready asks for no credentials and no tenant
    probe: () => LABELS,
    names: { question: () => LABELS },
  });

/** Names of labels, by which its streams are chosen. */
const LABELS: NamesQuestion = {
  method: 'GET',
  path: 'loki/api/v1/labels',
  read: ({ text }) => ({ names: readNames(text) }),
};

/** Most refusals are plain text. */
const MANNERS: Manners = {
  readError: (body) =>
    readErrorText(body) ??
    messageOf(body) ??
    (/^\s*[<{]/.test(body) ? undefined : body.trim() || undefined),
};

/** PromQL's strings; a value behind `|~` and `!~` is a regular expression too. */
export const LOGQL: Dialect = {
  ...PROMQL,
  track: () => ({
    see: () => undefined,
    use: (before) => (/(?:[=!|]~)\s*$/.test(before) ? 'regex' : 'text'),
  }),
};

function planLoki({ query, scope }: SeriesRequest): Plan {
  const grid = gridOf(scope);
  const values = scopeValues(scope);
  values.set('step', formatDuration(grid.stepMs));
  const text = fillTemplate(textField(query, 'logql') ?? '', LOGQL, values);
  if (text.trim() === '') throw new Fault('invalid-query', 'a query of loki needs "logql"');
  return {
    query: text,
    grid,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeOnGrid(points, grid),
    questions: splitGrid(grid, MAX_POINTS_PER_REQUEST).map((part) => ({
      method: 'POST',
      path: 'loki/api/v1/query_range',
      tellable: [],
      ...asForm({ query: text, ...timesOf(part), direction: 'forward' }),
      read: ({ text: body }) => readAnswer(body),
    })),
  };
}

/** Whole numbers are nanoseconds, more than a double holds, so they are written as texts. */
function timesOf({ startAt, stepMs, count }: Grid): { start: string; end: string; step: string } {
  return {
    start: `${startAt}000000`,
    end: `${startAt + (count - 1) * stepMs}000000`,
    step: String(stepMs / 1000),
  };
}

function readAnswer(body: string): PageAnswer {
  const answer = parseJson(body);
  const data = isRecord(answer) ? answer['data'] : undefined;
  if (isRecord(data) && data['resultType'] === 'streams') {
    const what = 'lines of logs, not numbers; wrap the query in count_over_time(... [${step}])';
    throw wrongAnswer(what);
  }
  const read = readRangeAnswer(body);
  const part = read.remarks.find(({ text }) => /partial results/i.test(text));
  if (part === undefined) return read;
  throw new Fault('source-limit', `a part alone: ${part.text}; aggregate by fewer labels`);
}

function messageOf(body: string): string | undefined {
  const answer = parseJson(body);
  return isRecord(answer) && typeof answer['message'] === 'string' ? answer['message'] : undefined;
}
