import { startStubServer, type StubServer } from './stub-server.ts';

/** One point of a metric of Datadog with its tags. */
export interface DatadogPoint {
  name: string;
  /** Epoch milliseconds. */
  at: number;
  value: number;
  tags: Record<string, string>;
}

interface Attributes {
  from: number;
  to: number;
  interval: number;
  queries: { query: string }[];
}

const QUERY = /^(avg|sum|max):([\w.]+)\{([^}]*)\}(?: by \{([^}]*)\})?/;

/** Answers what `init` and an analysis ask of Datadog, as its API documents it: one query over these points. */
export function startDatadog(points: readonly DatadogPoint[]): Promise<StubServer> {
  return startStubServer(({ path, body }) => {
    if (path.startsWith('/api/v1/validate')) return { body: '{"valid":true}' };
    if (path.startsWith('/api/v1/metrics')) {
      const metrics = [...new Set(points.map(({ name }) => name))];
      return { body: JSON.stringify({ from: '0', metrics }) };
    }
    const { data } = JSON.parse(body) as { data: { attributes: Attributes } };
    return { body: JSON.stringify(answer(points, data.attributes)) };
  });
}

function answer(points: readonly DatadogPoint[], { from, to, interval, queries }: Attributes) {
  const [, by = '', name = '', tags = '', groups = ''] = QUERY.exec(queries[0]!.query) ?? [];
  const wanted = tags.split(',').map((tag) => tag.split(':') as [string, string]);
  const keys = groups === '' ? [] : groups.split(',');
  const own = points.filter(
    (one) =>
      one.name === name &&
      one.at >= from &&
      one.at < to &&
      wanted.every(([key, value]) => one.tags[key] === value),
  );
  const grouped = Map.groupBy(own, (one) =>
    keys.map((key) => `${key}:${one.tags[key] ?? 'N/A'}`).join(' '),
  );
  const count = Math.round((to - from) / interval);
  const times = Array.from({ length: count }, (_, index) => from + index * interval);
  const values = [...grouped.values()].map((group) => {
    const buckets = Map.groupBy(group, ({ at }) => Math.floor((at - from) / interval));
    return times.map((_, index) => valueOf(by, buckets.get(index)));
  });
  const series = [...grouped.keys()].map((key) => ({
    group_tags: key === '' ? [] : key.split(' '),
    query_index: 0,
    unit: null,
  }));
  return { data: { type: 'timeseries_response', attributes: { times, series, values } } };
}

function valueOf(by: string, points: readonly DatadogPoint[] | undefined): number | null {
  if (points === undefined) return null;
  const values = points.map(({ value }) => value);
  if (by === 'max') return Math.max(...values);
  const sum = values.reduce((all, value) => all + value, 0);
  return by === 'sum' ? sum : sum / values.length;
}
