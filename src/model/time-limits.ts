/** The instants that ISO 8601 writes with four digits of a year; what lies beyond has no text that is read back. */
export const EARLIEST_AT = Date.parse('0001-01-01T00:00:00Z');
export const LATEST_AT = Date.parse('9999-12-31T23:59:59.999Z');

/** Nobody waits longer than a century. */
export const LONGEST_MS = 36_500 * 86_400_000;

/** Node's timers count to 2^31 ms, 24.8 days; a longer one would go off at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function isShowable(at: number): boolean {
  return at >= EARLIEST_AT && at <= LATEST_AT;
}

/** An instant that always has a text: the nearest one that can be shown. */
export function showable(at: number): number {
  return Number.isNaN(at) ? 0 : Math.min(LATEST_AT, Math.max(EARLIEST_AT, at));
}
