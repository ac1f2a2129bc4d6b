import { setImmediate as turn } from 'node:timers/promises';
import type { Store } from '../store/store.ts';
import type { Log } from '../telemetry.ts';
import { createSteadyClock } from './steady-clock.ts';

export interface RetentionDependencies {
  store: Store;
  log: Log;
  retentionMs: number;
  /** The most that is deleted within an hour, in percent of the analyses that are stored. */
  prunedPercentPerHour: number;
  now(): number;
  /** Milliseconds since some moment, which nobody can set. */
  elapsed(): number;
}

export interface Retention {
  /** Deletes some of what has outlived the retention time. */
  run(): Promise<void>;
  /** Why nothing is deleted at the moment; undefined while it is. */
  paused(): string | undefined;
}

const HOUR_MS = 3_600_000;
/** Analyses that are deleted before others get their turn of the event loop. */
const PAGE = 50;
/** Analyses that are deleted at most in one run. */
const MAX_PRUNED = 1000;

/**
 * Deletes what is older than the retention time, and never trusts the clock alone with it: age counts up to the newest
 * analysis that has ended, a clock that jumps stops it, and what is deleted within an hour is bounded. The bound fills
 * up with the time that passes, so that starting again and again gives no more.
 */
export function createRetention(dependencies: RetentionDependencies): Retention {
  const { store, log, retentionMs, now, elapsed } = dependencies;
  const clock = createSteadyClock(now, elapsed);
  const allowance = createAllowance(dependencies);
  let doubt: string | undefined;

  function look(): boolean {
    const before = doubt;
    doubt = clock.doubt();
    if (doubt !== undefined && before === undefined) log.warn(doubt);
    if (doubt === undefined && before !== undefined) log.info('the clock is trusted again');
    return doubt === undefined;
  }

  return {
    async run() {
      if (!look()) return;
      const newest = await store.analyses.newestEndedAt();
      if (newest === undefined) return;
      const before = Math.min(now(), newest) - retentionMs;
      await store.samples.prune(before);
      const pruned = await prune(store, before, await allowance.left());
      allowance.spend(pruned);
      if (pruned > 0) log.info({ pruned }, 'analyses older than the retention time were deleted');
    },
    paused: () => doubt,
  };
}

interface Allowance {
  /** How many analyses may be deleted now. */
  left(): Promise<number>;
  spend(count: number): void;
}

function createAllowance({ store, prunedPercentPerHour, elapsed }: RetentionDependencies) {
  let count = 0;
  let countedAt = -Infinity;
  let filledAt = elapsed();
  let level = 0;
  return {
    async left() {
      const at = elapsed();
      if (at - countedAt >= HOUR_MS) [count, countedAt] = [await store.analyses.count(), at];
      const perHour = (count * prunedPercentPerHour) / 100;
      const full = Math.max(1, perHour);
      level = Math.min(full, level + (perHour * (at - filledAt)) / HOUR_MS);
      filledAt = at;
      return Math.floor(level);
    },
    spend(spent) {
      level -= spent;
    },
  } satisfies Allowance;
}

async function prune(store: Store, before: number, allowed: number): Promise<number> {
  const most = Math.min(allowed, MAX_PRUNED);
  let total = 0;
  while (total < most) {
    const page = Math.min(PAGE, most - total);
    const pruned = await store.analyses.prune(before, page);
    total += pruned;
    if (pruned < page) break;
    await turn();
  }
  return total;
}
