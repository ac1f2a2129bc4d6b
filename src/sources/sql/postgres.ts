import type pg from 'pg';
import { Fault } from '../../errors.ts';
import type { Frame } from '../grid/frames.ts';
import {
  abandonable,
  codeOf,
  IDLE_MS,
  judgeNetwork,
  MAX_CONNECTIONS,
  type SqlConnection,
  type SqlDriver,
  type SqlTrouble,
} from './driver.ts';
import { STANDARD_SQL, type SqlManner, type SqlText, type SqlValue } from './sql-query.ts';

const TYPES = { time: 'timestamptz', step: 'interval', number: 'float8', text: 'text' };

export const POSTGRES: SqlManner = {
  dialect: STANDARD_SQL,
  write: ({ type }, index) => `$${index}::${TYPES[type]}`,
};

/** Type numbers of the catalogue. */
const DATE = 1082;
const TIMESTAMP = 1114;

/** PostgreSQL and what speaks its protocol: Timescale, Cockroach, Redshift. */
export function createPostgresDriver(module: typeof pg, connection: SqlConnection): SqlDriver {
  const { url, username, password, tls, timeoutMs, assumeUtc, openSocket } = connection;
  const pool = new module.Pool({
    host: url.hostname,
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: username,
    password,
    max: MAX_CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    application_name: 'canary-verdict',
    stream: openSocket,
    ...(tls === undefined ? {} : { ssl: tls }),
    // dates are read as texts: the driver would read those without a zone in the zone of this process
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === DATE || oid === TIMESTAMP
          ? (text: string) => text
          : module.types.getTypeParser(oid, format)) as typeof module.types.getTypeParser,
    },
  });
  pool.on('error', () => undefined); // an idle connection that broke is no loss: the next query opens another

  return {
    manner: POSTGRES,
    tables:
      "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
    judge,
    async run(query, maxRows, signal) {
      const client = await abandonable(pool.connect(), signal, () => undefined);
      let isGood = false;
      try {
        const work = readOnly(client, query, maxRows);
        const result = await abandonable(work, signal, () => undefined);
        isGood = true;
        return frameOf(result, assumeUtc);
      } finally {
        client.release(!isGood); // a connection in the middle of something is closed, which also ends its query
      }
    },
    close: () => pool.end(),
  };
}

/** A transaction that cannot write and is always rolled back, `SET` of the query included. */
async function readOnly(
  client: pg.PoolClient,
  { text, values }: SqlText,
  maxRows: number,
): Promise<pg.QueryArrayResult<unknown[]>> {
  await client.query('BEGIN TRANSACTION READ ONLY');
  const result = await client.query<unknown[]>({
    text: `SELECT * FROM (\n${text}\n) AS asked LIMIT ${maxRows}`,
    values: values.map(valueOf),
    rowMode: 'array',
    // without it a query without parameters may be several statements
    queryMode: 'extended',
  } as pg.QueryArrayConfig);
  await client.query('ROLLBACK');
  return result;
}

function valueOf({ type, value }: SqlValue): unknown {
  if (type === 'time') return new Date(value).toISOString();
  return type === 'step' ? `${value} milliseconds` : value;
}

function frameOf({ fields, rows }: pg.QueryArrayResult<unknown[]>, assumeUtc: boolean): Frame {
  const zoneless = fields.some(
    ({ name, dataTypeID }) => name === 'time' && dataTypeID === TIMESTAMP,
  );
  if (zoneless && !assumeUtc) {
    const what = `a "time" without a time zone; write ... AT TIME ZONE 'UTC' AS time, or set options.assumeUtc of the account`;
    throw new Fault('source-answer', what);
  }
  return { columns: fields.map(({ name }) => name), rows };
}

function judge(error: unknown): SqlTrouble {
  const state = codeOf(error);
  const words = error instanceof Error ? error.message : String(error);
  if (/^[0-9A-Z]{5}$/.test(state)) {
    if (state === '57014') {
      return {
        code: 'source-unavailable',
        retryable: true,
        words,
        remedy: '; ask for less, or raise the timeout of the account',
      };
    }
    const isAway = /^(?:08|53|57P)/.test(state) || state === '40001';
    if (isAway) return { code: 'source-unavailable', retryable: true, words, remedy: '' };
    return { code: 'source-refused', retryable: false, words, remedy: remedyOf(state) };
  }
  return judgeNetwork(error) ?? { code: 'source-refused', retryable: false, words, remedy: '' };
}

function remedyOf(state: string): string {
  if (state.startsWith('28')) return "; check the account's credentials";
  if (state === '3D000') return "; check the database in the account's url";
  if (state === '42501') return "; check what the account's credentials may read";
  return state === '25006' ? '; a query may only read' : '; correct the query';
}
