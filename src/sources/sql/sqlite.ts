import { fileURLToPath } from 'node:url';
import type { DatabaseSync } from 'node:sqlite';
import type { SqlConnection, SqlDriver } from './driver.ts';
import { STANDARD_SQL, type SqlManner, type SqlValue } from './sql-query.ts';

export const SQLITE: SqlManner = {
  dialect: STANDARD_SQL,
  write: (_, index) => `?${index}`,
};

/**
 * A file of SQLite, opened to read; times are seconds since the epoch, as it has no type for them. It is read on this
 * thread, so it is for small files, such as the records of a load test.
 */
export function createSqliteDriver(
  open: typeof DatabaseSync,
  { url, timeoutMs }: SqlConnection,
): SqlDriver {
  let database: DatabaseSync | undefined;
  return {
    manner: SQLITE,
    tables:
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    async run({ text, values }, maxRows, signal) {
      signal.throwIfAborted();
      database ??= new open(fileURLToPath(url), {
        readOnly: true,
        timeout: timeoutMs,
        readBigInts: true,
      });
      const statement = database.prepare(`SELECT * FROM (\n${text}\n) LIMIT ${maxRows}`);
      const columns = statement.columns().map(({ name }) => name);
      statement.setReturnArrays(true);
      const rows = statement.all(...values.map(valueOf)) as unknown as unknown[][];
      return { columns, rows };
    },
    judge: (error) => ({
      code: 'source-refused',
      retryable: false,
      words: error instanceof Error ? error.message : String(error),
      remedy: "; correct the query, or the account's url",
    }),
    async close() {
      database?.close();
    },
  };
}

function valueOf({ type, value }: SqlValue): string | number {
  return type === 'time' || type === 'step' ? value / 1000 : value;
}
