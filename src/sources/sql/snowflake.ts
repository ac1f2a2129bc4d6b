import type { NamesQuestion } from '../asking/account-questions.ts';
import { asJson, type HttpQuestion, type Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type HttpAccount,
  type PageAnswer,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';
import { seriesOfFrame, type Frame } from '../grid/frames.ts';
import type { CreateSource } from '../kinds.ts';
import {
  BACKSLASH_SQL,
  valueColumns,
  type SqlManner,
  type SqlText,
  type SqlValue,
} from './sql-query.ts';
import { planWarehouse, tooManyRows } from './warehouse.ts';

export const SNOWFLAKE: SqlManner = {
  dialect: {
    ...BACKSLASH_SQL,
    quotes: { "'": 'string', '"': 'string' },
    comments: String.raw`--[^\n]*|//[^\n]*|/\*[^]*?\*/`,
  },
  write: ({ type }) => (type === 'time' ? 'TO_TIMESTAMP_LTZ(?, 3)' : '?'),
};

const STATEMENTS = 'api/v2/statements';
/** Between two looks at a statement that still runs; longer with each, as the server does not hold the question. */
const WAITS_MS = [500, 1000, 2000, 4000, 8000];

/** Snowflake by its SQL API: a statement that takes longer than 45 s is asked for again, and rows come in partitions. */
export const createSnowflakeSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'sql',
    manners: MANNERS,
    plan: (request) =>
      planWarehouse(request, account, SNOWFLAKE, ({ query, maxRows }) => {
        const values = valueColumns(request);
        return statementQuestion(account, query, (frame, total) => {
          if (total > maxRows) throw tooManyRows(maxRows);
          return seriesOfFrame(frame, { values });
        });
      }),
    probe: () => {
      const { read, ...question } = statementQuestion(
        account,
        { text: 'SELECT 1 AS one', values: [] },
        () => [],
      );
      return { ...question, read: (answer) => void read(answer) };
    },
    names: { question: () => tablesQuestion(account) },
  });

type ReadRows = (frame: Frame, total: number) => PageAnswer['series'];

function statementQuestion(account: HttpAccount, query: SqlText, read: ReadRows): PlannedQuestion {
  return {
    ...statement(account, query),
    read: ({ text, status }) => readAnswer(text, status, { read, looks: 0 }),
  };
}

function statement(
  { options = {}, timeoutMs = 30_000 }: HttpAccount,
  { text, values }: SqlText,
): HttpQuestion {
  const named = ['database', 'schema', 'warehouse', 'role'].flatMap((name) =>
    options[name] === undefined ? [] : [[name, options[name]] as const],
  );
  const bindings = values.map((value, index) => [String(index + 1), bindingOf(value)] as const);
  const sent = asJson({
    statement: text,
    timeout: Math.ceil(timeoutMs / 1000),
    ...Object.fromEntries(named),
    ...(bindings.length === 0 ? {} : { bindings: Object.fromEntries(bindings) }),
    parameters: { MULTI_STATEMENT_COUNT: '1', TIMEZONE: 'UTC' },
  });
  return {
    method: 'POST',
    path: STATEMENTS,
    tellable: [],
    body: sent.body!,
    headers: { ...sent.headers, 'user-agent': 'canary-verdict' },
  };
}

function bindingOf({ type, value }: SqlValue): { type: string; value: string } {
  if (type === 'text') return { type: 'TEXT', value };
  const number = type === 'step' ? value / 1000 : value;
  return { type: Number.isInteger(number) ? 'FIXED' : 'REAL', value: String(number) };
}

interface Wanted {
  read: ReadRows;
  /** How often it was looked whether the statement has ended. */
  looks: number;
}

function readAnswer(body: string, status: number, wanted: Wanted): PageAnswer {
  const answer = readObject(body, 'Snowflake');
  const handle = answer['statementHandle'];
  if (status === 202) {
    if (typeof handle !== 'string') throw wrongAnswer('no handle of the statement');
    return {
      series: [],
      remarks: [],
      waitMs: WAITS_MS[Math.min(wanted.looks, WAITS_MS.length - 1)]!,
      abandon: {
        method: 'POST',
        path: `${STATEMENTS}/${encodeURIComponent(handle)}/cancel`,
        tellable: [],
      },
      next: {
        ...rowsQuestion(handle),
        read: ({ text, status: later }) =>
          readAnswer(text, later, { ...wanted, looks: wanted.looks + 1 }),
      },
    };
  }
  const meta = answer['resultSetMetaData'];
  const { rowType, partitionInfo, numRows } = isRecord(meta) ? meta : {};
  if (!Array.isArray(rowType)) throw wrongAnswer('no resultSetMetaData with a rowType');
  const columns = rowType.map(columnOf);
  const total = typeof numRows === 'number' ? numRows : 0;
  const count = Array.isArray(partitionInfo) ? partitionInfo.length : 1;
  const page = (rows: unknown, index: number): PageAnswer => {
    const frame = frameOf(columns, rows);
    const series = frame.rows.length === 0 ? [] : wanted.read(frame, total);
    if (index + 1 >= count) return { series, remarks: [] };
    if (typeof handle !== 'string') throw wrongAnswer('no handle of the statement');
    return {
      series,
      remarks: [],
      next: {
        ...rowsQuestion(handle, index + 1),
        read: ({ text }) => page(readObject(text, 'Snowflake')['data'], index + 1),
      },
    };
  };
  return page(answer['data'], 0);
}

function rowsQuestion(handle: string, partition?: number): HttpQuestion {
  return {
    method: 'GET',
    path: `${STATEMENTS}/${encodeURIComponent(handle)}`,
    ...(partition === undefined ? {} : { search: { partition: String(partition) } }),
    headers: { 'user-agent': 'canary-verdict' },
    tellable: ['partition'],
  };
}

interface Column {
  name: string;
  type: string;
}

/** Names that are not quoted are written large there. */
function columnOf(one: unknown): Column {
  const { name, type } = isRecord(one) ? one : {};
  const text = String(name);
  return {
    name: text === text.toUpperCase() ? text.toLowerCase() : text,
    type: String(type).toLowerCase(),
  };
}

function frameOf(columns: readonly Column[], rows: unknown): Frame {
  if (!Array.isArray(rows)) throw wrongAnswer('no data');
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map((row: unknown) => {
      if (!Array.isArray(row) || row.length !== columns.length)
        throw wrongAnswer('a row of other columns');
      return row.map((cell: unknown, index) => valueOf(cell, columns[index]!));
    }),
  };
}

/** Times are seconds with a fraction, and behind a blank the zone of those that have one; dates are days. */
function valueOf(cell: unknown, { type }: Column): unknown {
  if (typeof cell !== 'string') return cell;
  if (type.startsWith('timestamp')) return Math.round(Number(cell.split(' ')[0]) * 1000);
  return type === 'date' ? Number(cell) * 86_400_000 : cell;
}

function tablesQuestion(account: HttpAccount): NamesQuestion {
  const text =
    "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables WHERE table_schema <> 'INFORMATION_SCHEMA'";
  const { read, ...question } = statementQuestion(account, { text, values: [] }, (frame) =>
    frame.rows.map(([name]) => ({ tags: { name: String(name) }, points: [] })),
  );
  return asNames({ ...question, read });
}

/** What reads rows reads names too, page by page. */
function asNames({ read, ...question }: PlannedQuestion): NamesQuestion {
  return {
    ...question,
    read(answer) {
      const { series, next } = read(answer);
      const names = series.map(({ tags }) => tags['name']!);
      return next === undefined ? { names } : { names, next: asNames(next) };
    },
  };
}

const MANNERS: Manners = {
  readError(body) {
    const answer = parseJson(body);
    const { code, message } = isRecord(answer) ? answer : {};
    const words = [code, message].filter((part) => typeof part === 'string');
    return words.length === 0 ? undefined : words.join(': ');
  },
  remedies: {
    401: "; check the account's token or key pair, and that its user has the public key",
    403: '; check that the role of the account may use the warehouse and select from the table',
    404: "; check that the account's url is https://ACCOUNT.snowflakecomputing.com",
    408: '; ask for less, or raise the timeout of the account',
  },
};
