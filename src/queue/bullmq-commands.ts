import { Fault, toFault } from '../errors.ts';
import { settled, type Connection } from '../redis/connections.ts';
import type { Log } from '../telemetry.ts';

/** Fails at once when Redis is away; only a connection that is just being made is waited for. */
export async function whileReady<T>(connection: Connection, call: () => Promise<T>): Promise<T> {
  await settled(connection);
  if (connection.status !== 'ready') throw unavailable(`its connection is "${connection.status}"`);
  try {
    return await call();
  } catch (thrown) {
    throw unavailable(toFault(thrown).message, thrown);
  }
}

function unavailable(why: string, cause?: unknown): Fault {
  return new Fault(
    'queue-unavailable',
    `queue could not reach Redis: ${why}; nothing is lost, the sweep enqueues again once Redis is back`,
    { subject: 'queue', retryable: true, cause },
  );
}

/** A Redis that drops keys when it is full drops jobs; the sweep finds their rows, but late. */
export function warnOfEviction(connection: Connection, log: Log): void {
  const look = async () => {
    const policy = /^maxmemory_policy:(\S+)/m.exec(await connection.info('memory'))?.[1];
    if (policy === undefined || policy === 'noeviction') return;
    log.warn(
      `the Redis of the queue has maxmemory-policy "${policy}", so it may drop jobs when it is full: set it to noeviction`,
    );
  };
  // who may not ask, or cannot, is told nothing
  connection.once('ready', () => void look().catch(() => undefined));
}
