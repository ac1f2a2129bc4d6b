import { parse as parseYaml } from 'yaml';
import { didYouMean } from '../closest.ts';
import { badKey, describeValue, type Place, type Setting } from './setting.ts';

export type ValueOf<S> = S extends Setting<infer T> ? T : never;
type Fields = Readonly<Record<string, Setting<unknown>>>;
export type Section<F extends Fields> = { [K in keyof F]: ValueOf<F[K]> };

/** Absent and `null` both mean "not set". */
export function optional<T>(inner: Setting<T>): Setting<T | undefined> {
  return {
    ...inner,
    parse: (value, place) =>
      value === undefined || value === null ? undefined : inner.parse(value, place),
  };
}

export function listOf<T>(inner: Setting<T>): Setting<T[]> {
  return {
    fromVariable: parseYaml,
    parse(value, place) {
      if (!Array.isArray(value)) {
        throw badKey(place.key, `must be a list, not ${describeValue(value)}`);
      }
      return value.map((item, index) =>
        inner.parse(item, { ...place, key: `${place.key}[${index}]` }),
      );
    },
  };
}

/** Items that configs refer to by a name, which must be theirs alone. */
export function listOfNamed<T extends { name: string }>(inner: Setting<T>): Setting<T[]> {
  const list = listOf(inner);
  return {
    ...list,
    parse(value, place) {
      const items = list.parse(value, place);
      const names = items.map(({ name }) => name);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) throw badKey(place.key, `has the name "${twice}" twice`);
      return items;
    },
  };
}

/** A map whose members are checked where they are used. */
export const anyMap: Setting<Record<string, unknown>> = { parse: asMap };

/** Free names to values; the kind of value may depend on the name. */
export function mapOf<T>(inner: (name: string) => Setting<T>): Setting<Record<string, T>> {
  return {
    fromVariable: parseYaml,
    parse(value, place) {
      const entries = Object.entries(asMap(value, place)).map(([name, item]) => {
        const key = `${place.key}.${name}`;
        return [name, inner(name).parse(item, { ...place, key })] as const;
      });
      // Looked up by names that users choose: `constructor` must not find what objects inherit.
      return Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries));
    },
  };
}

/** Fixed keys; any other is refused, with the one that was probably meant. */
export function section<F extends Fields>(fields: F): Setting<Section<F>> {
  const known = Object.keys(fields);
  return {
    fields,
    parse(value, place) {
      const given = asMap(value, place);
      const placeOf = (name: string) => ({
        ...place,
        key: place.key === '' ? name : `${place.key}.${name}`,
      });
      const unknown = Object.keys(given).find((name) => !known.includes(name));
      if (unknown !== undefined) throw unknownKey(placeOf(unknown).key, unknown, known);
      const entries = Object.entries(fields).map(([name, inner]) => [
        name,
        inner.parse(given[name], placeOf(name)),
      ]);
      return Object.fromEntries(entries) as Section<F>;
    },
  };
}

/** The same kind with a last look at the whole: `check` names a problem, `convert` gives the final form. */
export function refine<T, R>(
  inner: Setting<T>,
  refinement: { check: (value: T) => string | undefined; convert: (value: T) => R },
): Setting<R> {
  return {
    ...inner,
    parse(value, place) {
      const parsed = inner.parse(value, place);
      const problem = refinement.check(parsed);
      if (problem !== undefined) throw badKey(place.key, problem);
      return refinement.convert(parsed);
    },
  };
}

function unknownKey(key: string, name: string, known: string[]) {
  const hint = didYouMean(name, known);
  return badKey(key, `is unknown${hint === '' ? `; known here: ${known.join(', ')}` : hint}`);
}

function asMap(value: unknown, place: Place): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw badKey(place.key, `must be a map of keys to values, not ${describeValue(value)}`);
}
