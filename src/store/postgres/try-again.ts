import { setTimeout as delay } from 'node:timers/promises';
import { troubleOf, type Trouble } from './postgres-faults.ts';

/** A deadlock is broken for all but one; each further try meets fewer. */
const MOST_TRIES = 12;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

/**
 * Does the whole work again where the database has undone it, or was lost before it could do it: the work must begin
 * anew each time, as a transaction does. Bounded; the last error is thrown.
 */
export async function tryAgain<T>(
  work: () => Promise<T>,
  isUndone = (trouble: Trouble): boolean => trouble === 'rolled-back' || trouble === 'lost',
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (thrown) {
      const trouble = troubleOf(thrown);
      if (trouble === undefined || !isUndone(trouble) || tries >= MOST_TRIES) throw thrown;
      await pause(tries);
    }
  }
}

/** Longer each time, and never the same for two who stand in each other's way. */
export async function pause(tries: number): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
  await delay(longest * (0.5 + Math.random() / 2));
}
