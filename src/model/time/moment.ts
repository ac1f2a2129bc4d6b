import { parseDuration } from './duration.ts';

const RELATIVE = /^now(?:([+-])(.+))?$/;
/** RFC 3339 knows leap seconds, which no clock here does: `23:59:60` would become no time at all. */
const INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/;

/** The forms of a moment, for whoever has sent another one. */
export const MOMENT_FORMS =
  'an instant such as 2026-01-15T10:00:00Z, or now, now-3h, now+10m and the like';

/**
 * Reads an instant (ISO 8601 with a zone), or one that is told by its distance from `now`: `now`, `now-3h`,
 * `now+10m`; undefined when it is neither.
 *
 * @param now epoch ms that `now` stands for
 * @returns epoch ms
 */
export function parseMoment(text: string, now: number): number | undefined {
  const [isRelative, sign, length] = RELATIVE.exec(text) ?? [];
  if (isRelative === undefined) return INSTANT.test(text) ? readInstant(text) : undefined;
  if (length === undefined) return now;
  const ms = parseDuration(length);
  if (ms === undefined) return undefined;
  return sign === '-' ? now - ms : now + ms;
}

export function isInstant(text: string): boolean {
  return INSTANT.test(text) && readInstant(text) !== undefined;
}

function readInstant(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}
