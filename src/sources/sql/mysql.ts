import type mysql from 'mysql2/promise';
import type { Frame } from '../grid/frames.ts';
import {
  abandonable,
  IDLE_MS,
  judgeNetwork,
  MAX_CONNECTIONS,
  type SqlConnection,
  type SqlDriver,
  type SqlTrouble,
} from './driver.ts';
import { BACKSLASH_SQL, type SqlManner, type SqlText, type SqlValue } from './sql-query.ts';

export const MYSQL: SqlManner = {
  dialect: BACKSLASH_SQL,
  write: ({ type }) => (type === 'time' ? 'CAST(? AS DATETIME(3))' : '?'),
};

/** MySQL and MariaDB; all sessions are in UTC, and so are its times, which have no zone. */
export function createMysqlDriver(module: typeof mysql, connection: SqlConnection): SqlDriver {
  const { url, username, password, tls, timeoutMs, openSocket } = connection;
  const port = Number(url.port || 3306);
  const pool = module.createPool({
    host: url.hostname,
    port,
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(username === undefined ? {} : { user: username }),
    ...(password === undefined ? {} : { password }),
    connectionLimit: MAX_CONNECTIONS,
    idleTimeout: IDLE_MS,
    connectTimeout: timeoutMs,
    multipleStatements: false,
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    timezone: 'Z',
    stream: () => openSocket().connect(port, url.hostname),
    ...(tls === undefined ? {} : { ssl: tls }),
  });

  return {
    manner: MYSQL,
    tables:
      "SELECT concat(table_schema, '.', table_name) FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')",
    judge,
    async run(query, maxRows, signal) {
      const client = await abandonable(pool.getConnection(), signal, () => undefined);
      let isGood = false;
      try {
        const work = readOnly(client, query, { maxRows, timeoutMs });
        const frame = await abandonable(work, signal, () => undefined);
        isGood = true;
        return frame;
      } finally {
        if (isGood) client.release();
        else client.destroy(); // in the middle of something
      }
    },
    // tells of a connection that was just being refused, which its caller knows; the pool is closed all the same
    close: () => pool.end().catch(() => undefined),
  };
}

/** Whatever a query before it has set, this one cannot write. */
async function readOnly(
  client: mysql.PoolConnection,
  { text, values }: SqlText,
  { maxRows, timeoutMs }: { maxRows: number; timeoutMs: number },
): Promise<Frame> {
  await client.query("SET SESSION time_zone = '+00:00'");
  await limitTime(client, timeoutMs);
  await client.query('SET SESSION TRANSACTION READ ONLY');
  await client.query('START TRANSACTION READ ONLY');
  const [rows, fields] = await client.execute<mysql.RowDataPacket[]>(
    `SELECT * FROM (\n${text}\n) AS asked LIMIT ${maxRows}`,
    values.map(valueOf),
  );
  await client.query('ROLLBACK');
  return {
    columns: fields.map(({ name }) => name),
    rows: rows as unknown as unknown[][],
  };
}

/** MariaDB's name and unit of it, then MySQL's. */
async function limitTime(client: mysql.PoolConnection, timeoutMs: number): Promise<void> {
  try {
    await client.query(`SET SESSION max_statement_time = ${timeoutMs / 1000}`);
  } catch {
    await client.query(`SET SESSION max_execution_time = ${timeoutMs}`);
  }
}

function valueOf({ type, value }: SqlValue): string | number {
  if (type === 'time') {
    return new Date(value).toISOString().replace('T', ' ').replace('Z', '');
  }
  return type === 'step' ? value / 1000 : value;
}

/** Numbers of errors: of logging in, of rights, of what is not there now, of time that is over. */
const LOGIN = new Set([1044, 1045, 1698]);
const RIGHTS = new Set([1142, 1143, 1227, 1370]);
const AWAY = new Set([1040, 1053, 1129, 1203, 1205, 1213, 1226]);
const OVERTIME = new Set([1969, 3024]);

function judge(error: unknown): SqlTrouble {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : NaN;
  const words = error instanceof Error ? error.message : String(error);
  if (errno < 1000 || Number.isNaN(errno)) {
    const network = judgeNetwork(error);
    if (network !== undefined) return network;
  }
  const isOver = OVERTIME.has(errno);
  if (isOver || AWAY.has(errno)) {
    const remedy = isOver ? '; ask for less, or raise the timeout of the account' : '';
    return { code: 'source-unavailable', retryable: true, words, remedy };
  }
  return { code: 'source-refused', retryable: false, words, remedy: remedyOf(errno) };
}

function remedyOf(errno: number): string {
  if (LOGIN.has(errno)) return "; check the account's credentials";
  if (RIGHTS.has(errno)) return "; check what the account's credentials may read";
  if (errno === 1049) return "; check the database in the account's url";
  return errno === 1792 ? '; a query may only read' : '; correct the query';
}
