import type { NamesQuestion } from '../asking/account-questions.ts';
import { asJson, type HttpQuestion, type Manners } from '../asking/http-ask.ts';
import { createHttpSource, type PageAnswer, type PlannedQuestion } from '../asking/http-source.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';
import { seriesOfFrame } from '../grid/frames.ts';
import type { CreateSource } from '../kinds.ts';
import type { SourceRemark } from '../source.ts';
import { BACKSLASH_SQL, valueColumns, type SqlManner, type SqlValue } from './sql-query.ts';
import { neededOption, planWarehouse, tooManyRows } from './warehouse.ts';

export const BIGQUERY: SqlManner = {
  dialect: BACKSLASH_SQL,
  write: (_, index) => `@p${index}`,
};

/** Tokens are good for BigQuery alone; that they only read is a matter of the roles of their account. */
const SCOPE = 'https://www.googleapis.com/auth/bigquery';
const PAGE = 10_000;
/** So long the server holds a question for rows that are not there yet. */
const HELD_MS = 10_000;

interface Place {
  project: string;
  dataset: string | undefined;
  location: string | undefined;
  maximumBytesBilled: string | undefined;
}

/** BigQuery by jobs.query: its rows are all texts, and come when they come. */
export const createBigquerySource: CreateSource = (account, dependencies) => {
  const { signing, options = {} } = account;
  const text = (name: string) => {
    const value = options[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const place: Place = {
    project: neededOption(account, 'project'),
    dataset: text('dataset'),
    location: text('location'),
    maximumBytesBilled: text('maximumBytesBilled'),
  };
  const scoped = signing?.type === 'google' ? { ...signing, scope: SCOPE } : signing;
  return createHttpSource({ ...account, signing: scoped }, dependencies, {
    kind: 'sql',
    manners: MANNERS,
    plan: (request) =>
      planWarehouse(request, account, BIGQUERY, ({ query, maxRows }) => {
        const columns = valueColumns(request);
        const read: ReadRows = (table, total) => {
          if (total > maxRows) throw tooManyRows(maxRows);
          return seriesOfFrame(table, { values: columns });
        };
        return queryQuestion(place, query.text, query.values, read);
      }),
    probe: () => {
      const { read, ...question } = queryQuestion(place, 'SELECT 1 AS one', [], () => []);
      return { ...question, read: (answer) => void read(answer) };
    },
    names: { question: () => namesQuestion(place, {}) },
  });
};

type ReadRows = (
  table: { columns: string[]; rows: unknown[][] },
  total: number,
) => PageAnswer['series'];

function queryQuestion(
  place: Place,
  text: string,
  values: readonly SqlValue[],
  read: ReadRows,
): PlannedQuestion {
  const { project, dataset, location, maximumBytesBilled } = place;
  return {
    method: 'POST',
    path: `bigquery/v2/projects/${encodeURIComponent(project)}/queries`,
    tellable: [],
    ...asJson({
      query: text,
      useLegacySql: false,
      parameterMode: 'NAMED',
      queryParameters: values.map(parameterOf),
      timeoutMs: HELD_MS,
      maxResults: PAGE,
      formatOptions: { useInt64Timestamp: true },
      labels: { application: 'canary-verdict' },
      ...(location === undefined ? {} : { location }),
      ...(maximumBytesBilled === undefined ? {} : { maximumBytesBilled }),
      ...(dataset === undefined
        ? {}
        : { defaultDataset: { projectId: project, datasetId: dataset } }),
    }),
    read: ({ text: body }) => readResults(body, place, read),
  };
}

function parameterOf({ type, value }: SqlValue, index: number): object {
  const name = `p${index + 1}`;
  if (type === 'text') return parameter(name, 'STRING', value);
  if (type === 'time') return parameter(name, 'TIMESTAMP', new Date(value).toISOString());
  const number = type === 'step' ? value / 1000 : value;
  return parameter(name, Number.isInteger(number) ? 'INT64' : 'FLOAT64', String(number));
}

function parameter(name: string, type: string, value: string): object {
  return { name, parameterType: { type }, parameterValue: { value } };
}

/** A page of rows, or none yet; until the last page is read, the job can be cancelled. */
function readResults(body: string, place: Place, read: ReadRows): PageAnswer {
  const answer = readObject(body, 'BigQuery');
  const {
    jobComplete,
    jobReference: job,
    pageToken,
    schema,
    rows = [],
    totalRows,
    errors,
  } = answer;
  const { jobId, location = place.location } = isRecord(job) ? job : {};
  const isDone = jobComplete === true;
  const token = typeof pageToken === 'string' && pageToken !== '' ? pageToken : undefined;
  if (!isDone && typeof jobId !== 'string') throw wrongAnswer('no state of the job');
  const following =
    (!isDone || token !== undefined) && typeof jobId === 'string'
      ? {
          next: moreQuestion(place, { jobId, location, token }, read),
          ...(isDone ? {} : { abandon: cancelQuestion(place, jobId, location) }),
        }
      : {};
  if (!isDone) return { series: [], remarks: [], ...following };
  const fields = isRecord(schema) ? schema['fields'] : undefined;
  if (!Array.isArray(fields) || !Array.isArray(rows)) throw wrongAnswer('no schema or rows');
  const columns = fields.map((field) => (isRecord(field) ? String(field['name']) : ''));
  const types = fields.map((field) => (isRecord(field) ? field['type'] : undefined));
  const table = { columns, rows: rows.map((row) => cellsOf(row, types)) };
  return {
    series: rows.length === 0 ? [] : read(table, Number(totalRows ?? rows.length)),
    remarks: remarksOf(errors),
    ...following,
  };
}

function moreQuestion(
  place: Place,
  { jobId, location, token }: { jobId: string; location: unknown; token: string | undefined },
  read: ReadRows,
): PlannedQuestion {
  return {
    method: 'GET',
    path: `bigquery/v2/projects/${encodeURIComponent(place.project)}/queries/${encodeURIComponent(jobId)}`,
    search: {
      timeoutMs: String(HELD_MS),
      maxResults: String(PAGE),
      'formatOptions.useInt64Timestamp': 'true',
      ...(typeof location === 'string' ? { location } : {}),
      ...(token === undefined ? {} : { pageToken: token }),
    },
    tellable: [],
    read: ({ text }) => readResults(text, place, read),
  };
}

function cancelQuestion({ project }: Place, jobId: string, location: unknown): HttpQuestion {
  return {
    method: 'POST',
    path: `bigquery/v2/projects/${encodeURIComponent(project)}/jobs/${encodeURIComponent(jobId)}/cancel`,
    ...(typeof location === 'string' ? { search: { location } } : {}),
    tellable: [],
  };
}

/** Times are microseconds, as asked; everything is a text. */
function cellsOf(row: unknown, types: readonly unknown[]): unknown[] {
  const cells = isRecord(row) ? row['f'] : undefined;
  if (!Array.isArray(cells) || cells.length !== types.length)
    throw wrongAnswer('a row of other columns');
  return cells.map((cell: unknown, index) => {
    const value = isRecord(cell) ? cell['v'] : undefined;
    return types[index] === 'TIMESTAMP' && typeof value === 'string' ? Number(value) / 1000 : value;
  });
}

function remarksOf(errors: unknown): SourceRemark[] {
  return (Array.isArray(errors) ? errors : [])
    .filter(isRecord)
    .map(({ message }) => ({ kind: 'warning', text: `BigQuery: ${String(message)}` }));
}

/** Tables of the account's dataset, or the datasets of its project. */
function namesQuestion(place: Place, search: Record<string, string>): NamesQuestion {
  const { project, dataset } = place;
  const base = `bigquery/v2/projects/${encodeURIComponent(project)}/datasets`;
  const [path, list, reference, id] =
    dataset === undefined
      ? [base, 'datasets', 'datasetReference', 'datasetId']
      : [`${base}/${encodeURIComponent(dataset)}/tables`, 'tables', 'tableReference', 'tableId'];
  return {
    method: 'GET',
    path,
    search: { maxResults: '1000', ...search },
    tellable: [],
    read({ text }) {
      const answer = readObject(text, 'BigQuery');
      const found: unknown = answer[list] ?? [];
      const token = answer['nextPageToken'];
      if (!Array.isArray(found)) throw wrongAnswer(`no ${list}`);
      const names = found.flatMap((one) => {
        const named: unknown = isRecord(one) ? one[reference] : undefined;
        return isRecord(named) ? [String(named[id])] : [];
      });
      if (typeof token !== 'string' || token === '') return { names };
      return { names, next: namesQuestion(place, { pageToken: token }) };
    },
  };
}

const MANNERS: Manners = {
  readError: (body) => {
    const { message, status } = errorOf(body);
    const words = [status, message].filter((part) => typeof part === 'string');
    return words.length === 0 ? undefined : words.join(': ');
  },
  judge({ text }) {
    const reason = reasonOf(text);
    if (/rateLimitExceeded|backendError|jobRateLimitExceeded/.test(reason)) {
      return { code: 'source-unavailable', retryable: true };
    }
    if (/bytesBilledLimitExceeded|responseTooLarge/.test(reason)) {
      const remedy = '; read less, or raise options.maximumBytesBilled of the account';
      return { code: 'source-limit', retryable: false, remedy };
    }
    if (reason !== 'quotaExceeded') return undefined;
    return {
      code: 'source-refused',
      retryable: false,
      remedy: '; the quota of the project is used up',
    };
  },
  remedies: {
    401: "; check the account's key",
    403: "; check that the account's identity has roles/bigquery.jobUser in options.project, and roles/bigquery.dataViewer of the dataset",
    404: '; check options.project, options.dataset and options.location of the account',
  },
};

function errorOf(body: string): Record<string, unknown> {
  const answer = parseJson(body);
  const error = isRecord(answer) ? answer['error'] : undefined;
  return isRecord(error) ? error : {};
}

function reasonOf(body: string): string {
  const { errors } = errorOf(body);
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return isRecord(first) ? String(first['reason']) : '';
}
