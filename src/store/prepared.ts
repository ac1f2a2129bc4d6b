import type { CompiledQuery, Compilable, Kysely, QueryResult } from 'kysely';
import type { Schema } from './schema.ts';

/** Runs a query with these values, in this database or transaction. */
export type Prepared<Values, Row> = (
  db: Kysely<Schema>,
  values: Values,
) => Promise<QueryResult<Row>>;

/**
 * A query that is built once for each dialect and then only filled in, for what each analysis asks: building one
 * takes longer than SQLite takes to answer it. `build` sees places instead of the values, which it may compare,
 * set and insert, and nothing else; the members of `Values` are always the same.
 */
export function prepared<Values extends object, Row>(
  build: (db: Kysely<Schema>, values: Values) => Compilable<Row>,
): Prepared<Values, Row> {
  const built = new WeakMap<object, CompiledQuery<Row>>();
  return async (db, values) => {
    const { adapter } = db.getExecutor();
    let query = built.get(adapter);
    if (query === undefined) {
      query = build(db, placesOf(values)).compile();
      built.set(adapter, query);
    }
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Place ? values[parameter.name as keyof Values] : parameter,
    );
    return db.executeQuery({ ...query, parameters });
  };
}

/** Where a value goes: a parameter to Kysely. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

function placesOf<Values extends object>(values: Values): Values {
  const names = Object.keys(values);
  return Object.fromEntries(names.map((name) => [name, new Place(name)])) as Values;
}
