import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { Fault } from '../../errors.ts';

/** Brings all that has been written so far to the disk. */
export type Sync = () => Promise<void>;

/**
 * Which commits are on the disk. They are written at once, and brought to the disk together: while one sync
 * runs, later commits gather for the next, so that many callers share one.
 */
export interface CommitLog {
  /** A commit was written that somebody will rely on. */
  wrote(): void;
  /** Resolves once all that was written before the call is on the disk. */
  durable(): Promise<void>;
}

export function createCommitLog(sync: Sync): CommitLog {
  let written = 0;
  let onDisk = 0;
  let running: Promise<void> | undefined;

  async function bring(): Promise<void> {
    const upTo = written;
    await sync();
    onDisk = upTo;
  }

  return {
    wrote() {
      written += 1;
    },
    async durable() {
      const wanted = written;
      while (onDisk < wanted) {
        running ??= bring().then(
          () => void (running = undefined),
          // `running` stays: after a sync that failed, the kernel may have dropped what it could not write, and
          // the next sync would succeed without it. Nothing is acknowledged any more until a new start.
          (thrown: unknown) => Promise.reject(lost(thrown)),
        );
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
