const DIGITS = /^\d+(?:\.\d+)?$/;
const INSTANT =
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?)?$/i;
/** Numbers below are epoch seconds, then milli-, micro- and nanoseconds: from 1973 to 5138 in each. */
const FIRST_MILLISECONDS = 1e11;

export type ReadTime = (text: string) => number | undefined;

/**
 * Reads an instant as files have it, in epoch milliseconds: ISO 8601 (also with a space, slashes, a comma before the
 * fraction), or an epoch time in seconds, milli-, micro- or nanoseconds by its size. Undefined for anything else, and
 * for a time of the day without a zone where none is given: the file would mean another time on another machine.
 *
 * @param zone in which times without one are meant: an offset in minutes, or a name of the time zone database
 */
export function timeReader(zone: number | string | undefined): ReadTime {
  const offsetAt = typeof zone === 'string' ? offsetsOf(zone) : () => zone ?? 0;
  return (text) => {
    if (DIGITS.test(text)) return readEpoch(Number(text));
    const date = text.replaceAll('/', '-');
    const match = INSTANT.exec(date);
    if (match === null) return undefined;
    const isDay = date.length === 10;
    const [, ownZone] = match;
    if (ownZone === undefined && !isDay && zone === undefined) return undefined;
    const local = date
      .replace(' ', 'T')
      .replace(',', '.')
      .replace(/ ?(?:Z|UTC|[+-]\d\d:?\d\d)$/i, isDay ? '$&' : '');
    const at = Date.parse(isDay ? local : `${local}Z`);
    if (Number.isNaN(at)) return undefined;
    if (isDay && zone === undefined) return at;
    return at - (ownZone === undefined ? offsetAt(at) : minutesOf(ownZone)!) * 60_000;
  };
}

function readEpoch(number: number): number {
  if (number < FIRST_MILLISECONDS) return number * 1000;
  if (number < FIRST_MILLISECONDS * 1e3) return number;
  return number < FIRST_MILLISECONDS * 1e6 ? number / 1e3 : number / 1e6;
}

/** Minutes east of Greenwich of `Z`, `UTC` or `+02:00`; undefined for anything else. */
export function minutesOf(zone: string): number | undefined {
  if (/^(?:z|utc)$/i.test(zone)) return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  const size = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -size : size;
}

/** Of a zone's own clock: minutes east at a local time, the one before a clock that was set back. */
function offsetsOf(zone: string): (localAt: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const at = (instant: number) => {
    const { value } = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')!;
    return minutesOf(value.replace('GMT', '') || 'UTC') ?? 0;
  };
  return (localAt) => at(localAt - at(localAt) * 60_000);
}
