import { isDeepStrictEqual } from 'node:util';

/**
 * What differs between two configs, a line for each place: `+ place: new`, `- place: old`, `~ place: old -> new`.
 * What has a name stands under it, so that a metric that moved is no change of all that follow.
 */
export function changesBetween(before: unknown, after: unknown, place = ''): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined) return [`+ ${place || '/'}: ${JSON.stringify(after)}`];
  if (after === undefined) return [`- ${place || '/'}: ${JSON.stringify(before)}`];
  const [old, young] = [membersOf(before), membersOf(after)];
  if (old === undefined || young === undefined)
    return [`~ ${place || '/'}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`];
  const names = new Set([...old.keys(), ...young.keys()]);
  const changes = [...names].flatMap((name) =>
    changesBetween(old.get(name), young.get(name), `${place}/${name}`),
  );
  return changes.length > 0 ? changes : [`~ ${place || '/'}: another order`];
}

/** Of an object by its keys, of a list of named things by their names; undefined for all else. */
function membersOf(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const names = value.map((item) => (item as { name?: unknown } | null)?.name);
  const isNamed = names.every((name) => typeof name === 'string');
  if (!isNamed || new Set(names).size < names.length) return undefined;
  return new Map(names.map((name, at) => [name, value[at]]));
}
