import type { components } from '../../../openapi.d.ts';
import type { Candidate } from '../find-candidates.ts';
import { findSides, type FoundSides } from '../find-sides.ts';
import type { Workload } from '../fit-packs.ts';
import type { Lab } from '../lab.ts';
import { nameOfWorkload, type Matcher } from '../read-scope.ts';
import type { Guess } from './guess-metric.ts';

type Query = components['schemas']['Query'];

/** One thing that is measured on both sides, before anybody knows what it means. */
export interface NativeMetric {
  /** As it is called in a config. */
  name: string;
  /** What its meaning is read from. */
  word: string;
  /** Metrics of one place are counted out of each other. */
  place: string;
  query(by: Guess['by']): Query;
}

/** One way to tell the sides apart. */
export interface NativeSides extends FoundSides {
  metrics: NativeMetric[];
}

/** Every way to tell the sides of a workload apart on an account of this kind, best first. */
export type FindNative = (lab: Lab, workload: Workload) => Promise<NativeSides[]>;

/** Every way that one part of a name or one tag tells the sides apart. */
function sidesAmong(
  candidates: readonly Candidate[],
  { named, now, scope }: Workload,
  where: string,
): FoundSides[] {
  const known = (name: string) => candidates.some((one) => one.scope === name);
  if (named !== undefined) {
    if (!known(named.baseline) || !known(named.canary)) return [];
    const side = (name: string) => ({ scope: name, parameters: {} });
    const sides = { baseline: side(named.baseline), canary: side(named.canary) };
    return [{ ...sides, rule: `named by you, ${where}`, sideBySide: true }];
  }
  return findSides(candidates, { now, name: nameOfWorkload(scope) })
    .filter(({ sideBySide }) => sideBySide)
    .map((way) => ({ ...way, rule: `${way.rule}, ${where}` }));
}

/** Names that tools write go before numbers. */
export function bestFirst(ways: readonly NativeSides[]): NativeSides[] {
  const rank = ({ rule }: NativeSides) => (/^(named|Flagger|the names)/.test(rule) ? 0 : 1);
  return ways.toSorted((a, b) => rank(a) - rank(b));
}

/** Graphite lists paths, and a part of them is the side. */
export async function findOnGraphite(lab: Lab, workload: Workload): Promise<NativeSides[]> {
  const name = nameOfWorkload(workload.scope);
  const paths = (await lab.names()).map((path) => path.split('.'));
  const own = paths.filter((parts) => parts.some((part) => partsOf(part).includes(name)));
  const longest = Math.max(0, ...own.map((parts) => parts.length));
  const ways = Array.from({ length: Math.max(0, longest - 1) }, (_, at): NativeSides[] => {
    const values = new Set(own.flatMap((parts) => (at < parts.length - 1 ? parts[at]! : [])));
    const candidates = [...values].map((scope) => seenAlways(scope, workload.now));
    return sidesAmong(candidates, workload, `part ${at + 1} of the path`).flatMap((sides) => {
      const names = [sides.baseline.scope, sides.canary.scope];
      const ofSides = own.filter((parts) => names.includes(parts[at]!));
      const metrics = graphiteMetrics(ofSides, at);
      return metrics.length === 0 ? [] : [{ ...sides, metrics }];
    });
  });
  return bestFirst(ways.flat());
}

/** `checkout-canary` and `checkout_v2` are of `checkout`. */
function partsOf(part: string): string[] {
  return [part, ...part.split(/[-_]/), part.replace(/[-_][^-_]*$/, '')];
}

function seenAlways(scope: string, now: number): Candidate {
  return { scope, parameters: {}, firstSeenAt: 0, lastSeenAt: now, reading: 'whole' };
}

/** Paths of one length and one last part are one metric: what else differs in them is an instance. */
function graphiteMetrics(paths: readonly string[][], at: number): NativeMetric[] {
  const groups = Map.groupBy(paths, (parts) => `${parts.length} ${parts.at(-1)}`);
  return [...groups.values()].map((group) => {
    const parts = group[0]!.map((part, index) => {
      if (index === at) return '${scope}';
      return group.every((one) => one[index] === part) ? part : '*';
    });
    const path = parts.join('.');
    return {
      name: parts
        .slice(at + 1)
        .filter((part) => part !== '*')
        .join(' '),
      word: parts.at(-1)!,
      place: parts.slice(0, -1).join('.'),
      query(by) {
        const name = { sum: 'sum', worst: 'max', mean: 'avg' }[by];
        const all = path.includes('*')
          ? `${by === 'mean' ? 'average' : name}Series(${path})`
          : path;
        return { source: 'graphite', target: `summarize(${all}, '\${step}', '${name}', true)` };
      },
    };
  });
}

export const HOURS = 3;
export const STEP_SECONDS = 300;
/** Each costs a query. */
export const MOST_ASKED = 50;

/** InfluxDB lists measurements; their tags and fields are those of the last hours' points. */
export async function findOnInfluxdb(lab: Lab, workload: Workload): Promise<NativeSides[]> {
  const measurements = (await lab.names()).slice(0, MOST_ASKED);
  const ways = new Map<string, NativeSides>();
  for (const measurement of measurements) {
    const influxql = `SELECT mean(*) FROM ${quoted(measurement)} WHERE \${timeFilter} GROUP BY time(\${step}, \${offset}), * fill(none)`;
    const preview = await lab.preview(
      { source: 'influxdb', influxql },
      { baseline: { scope: '-' } },
      { hours: HOURS, stepSeconds: STEP_SECONDS },
    );
    const series = taggedSeries(preview, STEP_SECONDS).map(
      ({ tags: { column = 'mean', ...tags }, ...seen }) => ({
        tags,
        field: column.replace(/^mean_?/, ''),
        ...seen,
      }),
    );
    const conditions = workload.scope.filter(({ label }) => series.some(({ tags }) => tags[label]));
    const own = series.filter(({ tags }) => conditions.every((one) => fits(one, tags)));
    const keys = new Set(own.flatMap(({ tags }) => Object.keys(tags)));
    const fields = [...new Set(own.map(({ field }) => field).filter((field) => field !== ''))];
    for (const key of [...keys].filter((one) => !conditions.some(({ label }) => label === one))) {
      addByTag(ways, {
        key,
        own,
        workload,
        metrics: () => fields.map((field) => influxMetric({ measurement, field, key, conditions })),
      });
    }
  }
  return bestFirst([...ways.values()]);
}

/** Series of a source that has tags. */
export interface TaggedSeries {
  tags: Record<string, string>;
  firstSeenAt: number;
  lastSeenAt: number;
}

/** The series of a preview, and between which instants each has values. */
export function taggedSeries(
  { baseline }: components['schemas']['Preview'],
  stepSeconds: number,
): TaggedSeries[] {
  return baseline.series.map(({ tags, start, values }) => {
    const at = values.flatMap((value, index) => (value === null ? [] : [index]));
    const instant = (index: number) => Date.parse(start) + index * stepSeconds * 1000;
    return {
      tags,
      firstSeenAt: instant(at[0] ?? 0),
      lastSeenAt: instant((at.at(-1) ?? 0) + 1),
    };
  });
}

/** Adds the ways that a tag tells the sides apart, or these metrics to the same ways of others. */
export function addByTag(
  ways: Map<string, NativeSides>,
  {
    key,
    own,
    workload,
    metrics,
  }: {
    key: string;
    own: readonly TaggedSeries[];
    workload: Workload;
    metrics(sides: FoundSides): readonly NativeMetric[];
  },
): void {
  const candidates = own.map(({ tags, firstSeenAt, lastSeenAt }): Candidate => ({
    ...seenAlways(tags[key] ?? '', workload.now),
    firstSeenAt,
    lastSeenAt,
  }));
  for (const found of sidesAmong(unique(candidates), workload, `by the tag ${key}`)) {
    const id = JSON.stringify([key, found.baseline.scope, found.canary.scope]);
    const earlier = ways.get(id)?.metrics ?? [];
    ways.set(id, { ...found, metrics: [...earlier, ...metrics(found)] });
  }
}

function unique(candidates: readonly Candidate[]): Candidate[] {
  const groups = Map.groupBy(
    candidates.filter(({ scope }) => scope !== ''),
    ({ scope }) => scope,
  );
  return [...groups.values()].map((group) => ({
    ...group[0]!,
    firstSeenAt: Math.min(...group.map(({ firstSeenAt }) => firstSeenAt)),
    lastSeenAt: Math.max(...group.map(({ lastSeenAt }) => lastSeenAt)),
  }));
}

function fits({ label, operator, value }: Matcher, tags: Record<string, string>): boolean {
  return operator !== '=' || tags[label] === value;
}

function influxMetric({
  measurement,
  field,
  key,
  conditions,
}: {
  measurement: string;
  field: string;
  key: string;
  conditions: readonly Matcher[];
}): NativeMetric {
  const where = conditions
    .filter(({ operator }) => operator === '=')
    .map(({ label, value }) => ` AND ${quoted(label)} = '${value.replaceAll(/['\\]/g, '\\$&')}'`)
    .join('');
  return {
    name: `${measurement} ${field}`,
    word: field,
    place: measurement,
    query(by) {
      const value = {
        sum: `sum(${quoted(field)})`,
        worst: `percentile(${quoted(field)}, 95)`,
        mean: `mean(${quoted(field)})`,
      }[by];
      const influxql = `SELECT ${value} AS value FROM ${quoted(measurement)} WHERE \${timeFilter} AND ${quoted(key)} = \${scope}${where} GROUP BY time(\${step}, \${offset}) fill(none)`;
      return { source: 'influxdb', influxql };
    },
  };
}

/** A name of InfluxQL. */
function quoted(name: string): string {
  return `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
}
