import { Fault } from '../../errors.ts';

/**
 * What an error of the database means for whoever waits. `rolled-back`: nothing was done, because another transaction
 * was in the way. `lost`: the connection is gone, or there was none. `full`, `late`: a disk or a time has run out.
 * `refused`: the server does not let this service in.
 */
export type Trouble = 'rolled-back' | 'lost' | 'full' | 'late' | 'refused';

/** SQLSTATE codes (PostgreSQL, appendix A). */
const BY_STATE: Record<string, Trouble> = {
  '40001': 'rolled-back', // serialization failure
  '40P01': 'rolled-back', // deadlock
  '57P01': 'lost', // shut down by an administrator
  '57P02': 'lost', // another process of the server has crashed
  '57P03': 'lost', // starting or stopping
  '57P05': 'lost', // idle for too long
  '25P03': 'lost', // idle in a transaction for too long
  '25006': 'lost', // a standby, which only reads: another server has taken over
  '53300': 'lost', // too many connections
  '53100': 'full',
  '57014': 'late', // statement time-out
  '28000': 'refused', // no such user
  '28P01': 'refused', // wrong password
  '3D000': 'refused', // no such database
  '42501': 'refused', // may not do that
};

/** Of the operating system, before or while there is a connection. */
const SYSTEM = /^(ECONN|EPIPE|EHOST|ENET|ENOTFOUND|ETIMEDOUT|EAI_)/;

/** The driver gives these no code. */
const TEXTS =
  /^(Connection terminated|Client has encountered a connection error|Client was closed)/i;
const WAITING = /^(timeout exceeded when trying to connect|Query read timeout)/;

export function troubleOf(thrown: unknown): Trouble | undefined {
  const error = thrown instanceof Fault ? thrown.cause : thrown;
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  if (Object.hasOwn(BY_STATE, code)) return BY_STATE[code];
  if (code.startsWith('08') || SYSTEM.test(code) || TEXTS.test(error.message)) return 'lost';
  return WAITING.test(error.message) ? 'lost' : undefined;
}

/** What clients and logs are told; anything else is a bug and passes unchanged. */
export function toStoreFault(thrown: unknown): unknown {
  const trouble = troubleOf(thrown);
  if (trouble === undefined || thrown instanceof Fault) return thrown;
  const why = reasonOf(thrown);
  const details = { subject: 'store', retryable: true, cause: thrown };
  if (trouble === 'full') {
    const message = `the store could not write, because the disk of PostgreSQL is full (${why}); free some space and try again`;
    return new Fault('store-full', message, details);
  }
  const message = `the store could not use PostgreSQL: ${why}; ${ADVICE[trouble]}`;
  return new Fault('store-unavailable', message, details);
}

const ADVICE = {
  'rolled-back': 'try again',
  lost: 'check that the server of database.url runs and has connections left',
  late: 'try again; where it stays so, look at what keeps the server busy',
  refused:
    'check the user, the password and the database of database.url, and what that user may do',
};

/**
 * The connection broke after "commit" was sent: it may have been done. It is not tried again here, because that could
 * do it twice.
 */
export function inDoubt(thrown: unknown): unknown {
  if (troubleOf(thrown) !== 'lost' || wasNeverSent(thrown)) return toStoreFault(thrown);
  return lasting(
    'the store lost PostgreSQL just when it wrote, and does not know whether that was done: ask for it, or send it again with its Idempotency-Key',
    thrown,
  );
}

/** The driver knew already that the connection is gone. */
function wasNeverSent(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.includes('not queryable');
}

/** It was waited for, and did not come back. */
export function unreachable(thrown: unknown): unknown {
  if (troubleOf(thrown) !== 'lost') return toStoreFault(thrown);
  return lasting((toStoreFault(thrown) as Fault).message, thrown);
}

/** One that `troubleOf` knows nothing to do about. */
function lasting(message: string, thrown: unknown): Fault {
  const cause = new Error('not tried again', { cause: thrown });
  return new Fault('store-unavailable', message, { subject: 'store', retryable: true, cause });
}

/** Several addresses of one host fail together, without a message of their own. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof AggregateError)
    return thrown.errors.map((error) => reasonOf(error)).join(', ');
  return thrown instanceof Error ? thrown.message : String(thrown);
}
