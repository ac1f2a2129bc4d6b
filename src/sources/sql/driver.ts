import type { Socket } from 'node:net';
import type { FaultCode } from '../../errors.ts';
import type { TlsOptions } from '../../outbound/guarded-agent.ts';
import type { Frame } from '../grid/frames.ts';
import type { SqlManner, SqlText } from './sql-query.ts';

/** One database, asked by a driver of its own. */
export interface SqlDriver {
  manner: SqlManner;
  /** A query for the names of its tables and views, in the one column that it has. */
  tables: string;
  /** Runs one query that reads, and at most so many rows of it. Throws what the driver throws. */
  run(query: SqlText, maxRows: number, signal: AbortSignal): Promise<Frame>;
  /** What an error of the driver means. */
  judge(error: unknown): SqlTrouble;
  close(): Promise<void>;
}

export interface SqlTrouble {
  code: FaultCode;
  retryable: boolean;
  /** The database's own words. */
  words: string;
  /** What to do, beginning with `; `. */
  remedy: string;
}

export interface SqlConnection {
  name: string;
  url: URL;
  username: string | undefined;
  password: string | undefined;
  tls: TlsOptions | undefined;
  timeoutMs: number;
  /** Times without a zone are in UTC. */
  assumeUtc: boolean;
  /** Connects only where the address guard allows. */
  openSocket(): Socket;
}

/** Connections to one database; queries of more judgements wait for one. */
export const MAX_CONNECTIONS = 2;
/** After so long without a query a connection is closed. */
export const IDLE_MS = 10_000;

const NETWORK =
  /^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE)$/;

/** Errors that have nothing to do with the kind of database; undefined for its own. */
export function judgeNetwork(error: unknown): SqlTrouble | undefined {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'address-refused') {
    return { code, retryable: false, words: message, remedy: '' };
  }
  const isLost = NETWORK.test(code) || /timeout|terminated|closed|Connection lost/i.test(message);
  if (!isLost) return undefined;
  const words = NETWORK.test(code) ? `no connection (${code})` : message;
  return { code: 'source-unavailable', retryable: true, words, remedy: '' };
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Rejects as soon as the signal says stop, and has `abandon` free what is still at work. */
export async function abandonable<T>(
  work: Promise<T>,
  signal: AbortSignal,
  abandon: () => void,
): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => {
    abandon();
    stopped.reject(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  work.catch(() => undefined); // when it is abandoned nobody waits for it any more
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
