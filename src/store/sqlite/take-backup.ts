import { createHash } from 'node:crypto';
import { createReadStream, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Fault } from '../../errors.ts';

/** A whole and consistent copy of the store. */
export interface Backup {
  bytes: number;
  /** In Base64. */
  sha256: string;
  /** Has to be read or destroyed; nothing of the copy is left after that. */
  content: Readable;
}

/** Faults: `conflict` while another one is being made, `store-full`, `shutting-down`. */
export type TakeBackup = (signal: AbortSignal) => Promise<Backup>;

/** `copy` writes the database to a file that does not exist yet. */
export function createTakeBackup(
  directory: string,
  copy: (file: string, signal: AbortSignal) => Promise<void>,
): TakeBackup {
  const file = join(directory, 'canary.db.backup');
  const remove = () => rmSync(file, { force: true });
  remove(); // a process that was killed may have left one
  let isTaken = false;

  return async (signal) => {
    if (isTaken) throw taken();
    isTaken = true;
    try {
      await copy(file, signal);
      const sha256 = await digestOf(file);
      const { size } = statSync(file);
      // opened before it is removed: its space is free again as soon as nobody reads it
      return { bytes: size, sha256, content: createReadStream('', { fd: openSync(file, 'r') }) };
    } finally {
      remove();
      isTaken = false;
    }
  };
}

/** SHA-256 of a file, in Base64. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 }))
    hash.update(chunk as Buffer);
  return hash.digest('base64');
}

function taken(): Fault {
  return new Fault(
    'conflict',
    'a copy of the store is being made already: ask again when it is done',
    { subject: 'store', retryable: true },
  );
}
