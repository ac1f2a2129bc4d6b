/** Instants as ISO text. */
export function instant(at: number): string {
  return new Date(at).toISOString();
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
