/** The named parameters that were given. */
export function picked<T extends object>(
  parameters: Record<string, unknown>,
  names: (keyof T & string)[],
): Partial<T> {
  return Object.fromEntries(
    names.filter((name) => parameters[name] !== undefined).map((name) => [name, parameters[name]]),
  ) as Partial<T>;
}

/** The address of the next page of a list, where there is one. */
export function nextPage(
  path: string,
  parameters: Record<string, unknown>,
  cursor: Record<string, string> | undefined,
): { next?: string } {
  if (cursor === undefined) return {};
  const query = new URLSearchParams();
  for (const name of [
    'limit',
    'state',
    'verdict',
    'config',
    'label',
    'q',
    'from',
    'to',
    'interval',
  ]) {
    for (const value of [parameters[name] ?? []].flat() as (string | number)[])
      query.append(name, String(value));
  }
  for (const [name, value] of Object.entries(cursor)) query.set(name, value);
  return { next: `${path}?${query.toString()}` };
}
