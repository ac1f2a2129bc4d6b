import { closeSync, fdatasync, openSync, rmSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../../errors.ts';
import { toStoreFault } from './node-sqlite.ts';

/** 400 kB at a time: whoever else wants the database waits no longer than for that. */
const PAGES_AT_ONCE = 100;
/** A transaction that was open at the wrong moment ends a copy; the next try writes over what there is. */
const MAX_TRIES = 100;
/** Room that stays for what is written meanwhile. */
const ROOM_BYTES = 64 * 1024 * 1024;

/**
 * Writes a database as it is at one moment to a file that does not exist yet, for its owner alone. Others may go on
 * writing to it over the same connection: SQLite writes their pages to the copy as well. Pages are copied in the thread
 * pool; what is half done is deleted. Fault `store-full` when there is no room, `shutting-down` when it was given up.
 */
export async function copyDatabase(
  database: DatabaseSync,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  refuseWithoutRoom(database, file);
  const disk = keepUp(openSync(file, 'wx', 0o600));
  try {
    const progress = () => {
      signal.throwIfAborted();
      disk.bring();
    };
    for (let tries = 1; ; tries += 1) {
      const isCopied = await backup(database, file, { rate: PAGES_AT_ONCE, progress }).then(
        () => true,
        (thrown: unknown) => {
          if (!wasInTheWay(thrown) || tries >= MAX_TRIES) throw thrown;
          return false;
        },
      );
      if (isCopied) break;
      signal.throwIfAborted();
      await delay(tries);
    }
  } catch (thrown) {
    for (const left of [file, `${file}-journal`]) rmSync(left, { force: true });
    throw signal.aborted ? givenUp(thrown) : toStoreFault(thrown);
  } finally {
    await disk.close();
  }
}

/**
 * Brings what has been copied to the disk meanwhile. SQLite does so only at the end, in one go, and keeps the database to
 * itself as long: 2 s for 400 MB.
 */
function keepUp(descriptor: number) {
  let running: Promise<void> | undefined;
  return {
    bring() {
      running ??= new Promise<void>((resolve) => {
        fdatasync(descriptor, () => resolve()); // whether it failed SQLite will see
      }).then(() => void (running = undefined));
    },
    async close() {
      await running;
      closeSync(descriptor);
    },
  };
}

/** SQLite was locked for a moment, which Node tells as an error without a code. */
function wasInTheWay(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && thrown.errcode === 0;
}

function refuseWithoutRoom(database: DatabaseSync, file: string): void {
  const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
  const size = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  const { bavail, bsize } = statfsSync(dirname(file));
  const wanted = pages * size + ROOM_BYTES;
  if (bavail * bsize >= wanted) return;
  throw new Fault(
    'store-full',
    `there is no room for a copy of the store in "${dirname(file)}": it wants ${megabytes(wanted)} MB, and ${megabytes(bavail * bsize)} MB are free; free some space, or stop the service and copy with "canary backup FILE --data DIR" to another disk`,
    { subject: 'store', retryable: true },
  );
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}

function givenUp(cause: unknown): Fault {
  return new Fault(
    'shutting-down',
    'the copy of the store was given up, as the client has gone or the service is stopping',
    { retryable: true, cause },
  );
}
