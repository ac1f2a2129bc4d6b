import type { Client, ClientConfig } from 'pg';
import type { Log } from '../../telemetry.ts';
import type { Pg } from './load-pg.ts';
import { reasonOf, troubleOf } from './postgres-faults.ts';

/** A connection apart from all others, so that a busy pool never keeps a lease from being renewed. */
export interface Pulse {
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

const CHANNEL = 'canary_verdict';
/** Far below the time that a lease lasts. */
const ANSWER_MS = 3000;

/** What is told to all who listen, as one statement with the text as its value. */
export const TELL = `select pg_notify('${CHANNEL}', $1)`;

/** Connects when it is first asked, and again after it was lost; then it listens, too. */
export function createPulse(
  pg: Pg,
  settings: ClientConfig,
  { log, onNotice }: { log: Log; onNotice: (text: string) => void },
): Pulse {
  let open: Promise<Client> | undefined;
  let isClosed = false;

  async function connect(onEnd: () => void): Promise<Client> {
    const client = new pg.Client({
      ...settings,
      connectionTimeoutMillis: ANSWER_MS,
      statement_timeout: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    client.on('error', (lost) => {
      log.debug({ err: lost }, `the heartbeat lost PostgreSQL: ${reasonOf(lost)}`);
      onEnd();
    });
    client.on('end', onEnd);
    client.on('notification', ({ payload = '' }) => onNotice(payload));
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    return client;
  }

  function current(): Promise<Client> {
    if (open !== undefined) return open;
    const own = connect(() => drop(own));
    open = own;
    return own;
  }

  /** An earlier one ends late, when there may be another already. */
  function drop(lost: Promise<Client>): void {
    if (open !== lost) return;
    open = undefined;
    void end(lost);
  }

  return {
    async query<Row extends object>(sql: string, values: unknown[] = []) {
      if (isClosed) throw new Error('the heartbeat has ended');
      const own = current();
      try {
        return (await (await own).query<Row>(sql, values)).rows;
      } catch (thrown) {
        if (troubleOf(thrown) !== undefined) drop(own);
        throw thrown;
      }
    },
    async close() {
      isClosed = true;
      const last = open;
      open = undefined;
      await end(last);
    },
  };
}

/** However far it had come. */
async function end(connecting: Promise<Client> | undefined): Promise<void> {
  try {
    await (await connecting)?.end();
  } catch {
    // it was lost before
  }
}
