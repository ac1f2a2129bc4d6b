import type { Ajv2020 } from 'ajv/dist/2020.js';
import { parseDuration } from '../model/time/duration.ts';
import { isInstant, MOMENT_FORMS, parseMoment } from '../model/time/moment.ts';
import { isShowable, LONGEST_MS } from '../model/time/time-limits.ts';

const YEARS = 'of the years 1 to 9999, without leap seconds';

/** Sentences for values that break a format. */
export const FORMAT_SENTENCES: Readonly<Record<string, string>> = {
  'date-time': `must be an instant such as 2026-01-15T10:00:00Z, ${YEARS}`,
  moment: `must be ${MOMENT_FORMS}; ${YEARS}`,
  'time-span': 'must be at most 36500d',
};

/** Only what can be stored and shown again is an instant or a length of time. */
export function addTimeFormats(ajv: Ajv2020): void {
  ajv.addFormat('date-time', (text) => isInstant(text) && isShowable(Date.parse(text)));
  // what `now` makes of it is checked where it is resolved
  ajv.addFormat('moment', (text) => isShowable(parseMoment(text, Date.UTC(2000)) ?? Number.NaN));
  ajv.addFormat('time-span', (text) => (parseDuration(text) ?? 0) <= LONGEST_MS);
}
