import { formatDuration } from '../model/time/duration.ts';

const DAY_MS = 24 * 3_600_000;

export interface SteadyClock {
  /** Why the time of day is not to be trusted at the moment; undefined while it is. */
  doubt(): string | undefined;
}

/**
 * Holds the time of day against the time that has passed since the process began: somebody has set the clock, or the
 * machine has slept, when both differ by more than a day. The new time is trusted once it has stood for a day.
 *
 * @param now the time of day, in epoch milliseconds
 * @param elapsed milliseconds since some moment, which nobody can set
 */
export function createSteadyClock(now: () => number, elapsed: () => number): SteadyClock {
  let trusted = now() - elapsed();
  let candidate: { offset: number; since: number } | undefined;
  return {
    doubt() {
      const offset = now() - elapsed();
      if (!differ(offset, trusted)) {
        candidate = undefined;
        return undefined;
      }
      if (candidate === undefined || differ(offset, candidate.offset)) {
        candidate = { offset, since: elapsed() };
      }
      if (elapsed() - candidate.since >= DAY_MS) {
        trusted = offset;
        return undefined;
      }
      return tell(offset - trusted);
    },
  };
}

function differ(offset: number, other: number): boolean {
  return Math.abs(offset - other) > DAY_MS;
}

function tell(movedMs: number): string {
  const minutes = Math.round(Math.abs(movedMs) / 60_000);
  const way = movedMs > 0 ? 'forward' : 'back';
  return `the clock moved ${way} by ${formatDuration(minutes * 60_000)} while the service ran, so nothing is deleted until it is set right, or has stood like this for a day`;
}
