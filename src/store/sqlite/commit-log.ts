import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { Fault } from '../../errors.ts';

/** Brings all that has been written so far to the disk. */
export type Sync = () => Promise<void>;

/**
 * Which writes are on the disk. They are committed and brought there together: while one sync runs, later writes
 * gather for the next, so that many callers share one.
 */
export interface CommitLog {
  /** Something was written that somebody will rely on. */
  wrote(): void;
  /** Resolves once all that was written before the call is on the disk; rejects where it was undone instead. */
  durable(): Promise<void>;
}

/** Ends the transaction that has gathered so far; calls back when that is so, or throws why it was undone. */
export type Commit = (ended: () => void) => Promise<void>;

export function createCommitLog(sync: Sync, commit: Commit): CommitLog {
  let written = 0;
  /** How many of them are on the disk, or undone. */
  let settled = 0;
  let running: Promise<void> | undefined;

  async function bring(): Promise<void> {
    let upTo = settled;
    try {
      await commit(() => (upTo = written));
    } catch (thrown) {
      settled = upTo; // who waits is told by what is thrown
      running = undefined;
      throw thrown;
    }
    // `running` stays where this fails: the kernel may then have dropped what it could not write, and the next sync
    // would succeed without it. Nothing is acknowledged any more until a new start.
    await sync().catch((thrown: unknown) => Promise.reject(lost(thrown)));
    settled = upTo;
    running = undefined;
  }

  return {
    wrote() {
      written += 1;
    },
    async durable() {
      const wanted = written;
      while (settled < wanted) {
        running ??= bring();
        await running;
      }
    },
  };
}

function lost(thrown: unknown): Fault {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new Fault(
    'store-unavailable',
    `the store could not bring its last writes to the disk: ${why}; check the disk, then start the service anew`,
    { subject: 'store', retryable: true, cause: thrown },
  );
}

/** Syncs one file in the thread pool, through a descriptor of its own. */
export function fileSync(path: string): { sync: Sync; close(): void } {
  const descriptor = openSync(path, 'r+');
  const promised = promisify(fdatasync);
  return { sync: () => promised(descriptor), close: () => closeSync(descriptor) };
}
