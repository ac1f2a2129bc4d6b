import { showable } from '../../model/time-limits.ts';

/** An instant as ISO text; a stored one that has none is shown as the nearest that has. */
export function instant(at: number): string {
  return new Date(showable(at)).toISOString();
}

export function optionalInstant(at: number | undefined): string | undefined {
  return at === undefined ? undefined : instant(at);
}

/** A property only where there is a value. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}
