import { Fault } from '../../../errors.ts';

export const FIVE_MINUTES_MS = 5 * 60_000;
/** Amazon repeats a message for an hour, with the time of its first try. */
export const HOUR_MS = 3_600_000;

/** Refuses what was signed too long ago, or will be: somebody may have recorded it. */
export function checkTime(sentAt: number, now: number, maxAgeMs: number): void {
  if (sentAt >= now - maxAgeMs && sentAt <= now + FIVE_MINUTES_MS) return;
  const minutes = maxAgeMs / 60_000;
  const when = Number.isNaN(sentAt) ? 'has no time that can be read' : 'is of another time';
  throw new Fault(
    'unauthorized',
    `the delivery was refused: it ${when}, and counts for ${minutes} minutes; send it anew, and check the clocks of both sides`,
  );
}
