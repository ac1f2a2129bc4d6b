import type { Ajv2020 } from 'ajv/dist/2020.js';
import { parseDuration } from '../model/duration.ts';
import { isShowable, LONGEST_MS } from '../model/time-limits.ts';

/** RFC 3339 knows leap seconds, which no clock here does: `23:59:60` would become no time at all. */
const INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)$/;

/** Sentences for values that break a format. */
export const FORMAT_SENTENCES: Readonly<Record<string, string>> = {
  'date-time':
    'must be an instant such as 2026-01-15T10:00:00Z, of the years 1 to 9999, without leap seconds',
  'time-span': 'must be at most 36500d',
};

/** Only what can be stored and shown again is an instant or a length of time. */
export function addTimeFormats(ajv: Ajv2020): void {
  ajv.addFormat('date-time', (text) => INSTANT.test(text) && isShowable(Date.parse(text)));
  ajv.addFormat('time-span', (text) => (parseDuration(text) ?? 0) <= LONGEST_MS);
}
