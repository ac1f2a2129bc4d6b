import { Fault, toFault } from '../../errors.ts';
import { createRedactor } from '../../outbound/redact.ts';
import { unknownMatch } from '../asking/account-questions.ts';
import { CONNECTION_DEFAULTS } from '../asking/http-ask.ts';
import {
  placeSeries,
  type HttpAccount,
  type HttpSourceDependencies,
} from '../asking/http-source.ts';
import { createPatience } from '../asking/patience.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { seriesOfFrame, type Frame } from '../grid/frames.ts';
import { createLimitChecks, DEFAULT_LIMITS } from '../grid/limits.ts';
import type { CreateSource } from '../kinds.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import type { FetchedSeries, MetricSource, SeriesRequest } from '../source.ts';
import type { SqlConnection, SqlDriver } from './driver.ts';
import { buildSql, tellSql, valueColumns } from './sql-query.ts';

/** Rows of one answer, whatever the limits of the account are. */
const MAX_ROWS = 500_000;
/** Of the words of a database. */
const MAX_TOLD_LENGTH = 500;

/**
 * A database asked in SQL: which one, the scheme of its url tells. The query answers a column `time`, one `value`, and
 * labels; values of a scope are parameters of it, and it reads in a transaction that cannot write.
 */
export const createSqlSource: CreateSource = async (account, dependencies) => {
  const url = new URL(account.url);
  const connection: SqlConnection = {
    name: account.name,
    url,
    username: account.username ?? (decodeURIComponent(url.username) || undefined),
    password: account.password,
    tls: account.tls,
    timeoutMs: account.timeoutMs ?? CONNECTION_DEFAULTS.timeoutMs,
    assumeUtc: account.options?.['assumeUtc'] === true,
    openSocket: () => dependencies.client.openSocket(),
  };
  switch (url.protocol) {
    case 'postgres:':
    case 'postgresql:': {
      const { createPostgresDriver } = await import('./postgres.ts');
      const { default: pg } = await needed('pg', account.name, () => import('pg'));
      return createDriverSource(account, dependencies, createPostgresDriver(pg, connection));
    }
    case 'mysql:':
    case 'mariadb:': {
      const { createMysqlDriver } = await import('./mysql.ts');
      const load = () => import('mysql2/promise');
      const { default: mysql } = await needed('mysql2', account.name, load);
      return createDriverSource(account, dependencies, createMysqlDriver(mysql, connection));
    }
    case 'file:': {
      const { createSqliteDriver } = await import('./sqlite.ts');
      const { DatabaseSync } = await import('node:sqlite');
      return createDriverSource(
        account,
        dependencies,
        createSqliteDriver(DatabaseSync, connection),
      );
    }
    default:
      return createHttpDialect(account, dependencies);
  }
};

const createHttpDialect: CreateSource = async (account, dependencies) => {
  switch (account.options?.['dialect']) {
    case 'bigquery':
      return (await import('./bigquery.ts')).createBigquerySource(account, dependencies);
    case 'snowflake':
      return (await import('./snowflake.ts')).createSnowflakeSource(account, dependencies);
    default:
      return (await import('./clickhouse.ts')).createClickhouseSource(account, dependencies);
  }
};

/** A driver is installed by who uses it. */
async function needed<T>(name: string, account: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const text = `source "${account}" needs the package "${name}"; install it with: npm install ${name}`;
    throw new Fault('bad-configuration', text, { subject: `source "${account}"`, cause });
  }
}

function createDriverSource(
  configured: HttpAccount,
  dependencies: HttpSourceDependencies,
  driver: SqlDriver,
): MetricSource {
  const account = { ...DEFAULT_LIMITS, ...configured };
  const subject = `source "${account.name}"`;
  const limits = createLimitChecks(account.name, account);
  const patiently = createPatience(account, dependencies);
  const redact = createRedactor(account.password === undefined ? [] : [account.password]);
  const { settleMs, health } = account;

  /** One query, whose errors are told as faults of this source. */
  async function ask(
    about: string,
    signal: AbortSignal,
    run: () => Promise<Frame>,
  ): Promise<Frame> {
    try {
      return await run();
    } catch (thrown) {
      if (signal.aborted) {
        const text = `${subject} had not answered ${about}`;
        throw new Fault('source-unavailable', text, { subject, retryable: true, cause: thrown });
      }
      if (thrown instanceof Fault && thrown.code === 'source-answer') throw told(thrown, about);
      const { code, retryable, words, remedy } = driver.judge(thrown);
      const said = redact(words).slice(0, MAX_TOLD_LENGTH);
      const text = `${subject} refused the query ${about}: ${said}${remedy}`;
      throw new Fault(code, text, { subject, retryable });
    }
  }

  function told(thrown: unknown, about: string): Fault {
    const { message } = toFault(thrown);
    return new Fault('source-answer', `${subject} answered ${redact(message)} ${about}`, {
      subject,
    });
  }

  async function fetch(request: SeriesRequest, signal: AbortSignal): Promise<FetchedSeries> {
    signal.throwIfAborted();
    const about = `for metric "${request.metric}"`;
    const query = buildSql(request, driver.manner);
    const options = readSeriesOptions(request.query);
    const grid = bucketsOf(request.scope);
    limits.points(grid.count, request.metric);
    const maxRows = Math.min(MAX_ROWS, Math.max(1, grid.count) * account.maxSeries);
    const frame = await patiently(
      () => ask(about, signal, () => driver.run(query, maxRows + 1, signal)),
      signal,
    );
    if (frame.rows.length > maxRows) throw tooMany(maxRows, about);
    try {
      const found = seriesOfFrame(frame, { values: valueColumns(request) });
      limits.series(found.length, grid.count, request.metric);
      const place: Parameters<typeof placeSeries>[0]['place'] = ({ points }, grid) =>
        placeBuckets(points, grid);
      return {
        series: placeSeries({ query: tellSql(query), grid, place, options }, found),
        remarks: [],
      };
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.subject === subject) throw thrown;
      throw told(thrown, about);
    }
  }

  async function ping(signal: AbortSignal): Promise<void> {
    const query = { text: 'SELECT 1 AS one', values: [] };
    await ask('for its health', signal, () => driver.run(query, 1, signal));
  }

  async function listTables(signal: AbortSignal, match?: string): Promise<string[]> {
    if (match !== undefined) throw unknownMatch(subject, 'sql');
    const query = { text: driver.tables, values: [] };
    const about = 'for its metric names';
    const { rows } = await ask(about, signal, () => driver.run(query, MAX_ROWS, signal));
    return rows.map(([name]) => String(name));
  }

  function tooMany(maxRows: number, about: string): Fault {
    const text = `${subject} answered more than ${maxRows} rows ${about}; group by steps of \${step} and fewer labels`;
    return new Fault('source-limit', text, { subject });
  }

  return {
    kind: 'sql',
    account: account.name,
    isRemote: true,
    ...(settleMs === undefined ? {} : { settleMs }),
    describe: (request) => tellSql(buildSql(request, driver.manner)),
    fetch,
    ping,
    listMetrics: listTables,
    ...(health === true && { probe: ping }),
    close: () => driver.close(),
  };
}
