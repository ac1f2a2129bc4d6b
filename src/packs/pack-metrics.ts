import type { components } from '../openapi.d.ts';
import type { Pack, PackMetric, Traffic } from './pack.ts';

type Metric = components['schemas']['MetricConfig'];

/** Quantile, largest accepted ratio. The last needs about 1,000 requests in each step, so it only shows. */
const QUANTILES = [
  { share: 0.5, increase: 1.1 },
  { share: 0.95, increase: 1.15 },
  { share: 0.99, increase: 1.25, muted: true },
];
const SEVERAL_SHARED = { direction: 'increase', noData: 'ignore' } as const;

/**
 * The metrics of a pack by their names in it, in the form for judges of counts: events as `query`, what they are
 * counted out of as `exposure`.
 */
export function metricsOf(pack: Pack, slowerThan = pack.traffic?.slowerThan): Metric[] {
  const metrics = [
    ...(pack.traffic === undefined ? [] : trafficMetrics(pack.traffic, slowerThan)),
    ...pack.metrics,
  ];
  return metrics.map((metric) => writeMetric(metric, pack.select, pack.traffic?.join));
}

/** A count for judges that do not know any: the share of its events, step by step. */
export function asShare({ query, exposure, kind, ...rest }: Metric): Metric {
  if (kind !== 'count' || query === undefined || exposure === undefined) {
    return { ...rest, ...(query && { query }), ...(kind && { kind }) };
  }
  return { ...rest, formula: 'events / exposure', queries: { events: query, exposure } };
}

function trafficMetrics(traffic: Traffic, slowerThan: number | undefined): PackMetric[] {
  const { requests, failed, histogram } = traffic;
  return [
    ...(failed === undefined ? [] : [errorsOf(requests, failed)]),
    ...(histogram === undefined ? [] : latencyOf({ ...traffic, histogram }, slowerThan)),
  ];
}

function errorsOf(requests: string, failed: string): PackMetric {
  return {
    name: 'errors',
    group: 'errors',
    direction: 'increase',
    tolerance: { increase: 1.2 },
    critical: true,
    noData: 'inconclusive',
    events: `${requests}{SEL,${failed}}`,
    outOf: [`${requests}{SEL}`],
  };
}

function latencyOf(
  { histogram, unit, mean, join }: Traffic & { histogram: string },
  slowerThan: number | undefined,
): PackMetric[] {
  const rate = (suffix: string) =>
    `rate(${histogram}_${suffix}{SEL}[\${countWindow}])${join === undefined ? '' : ` ${join}`}`;
  const latency = {
    ...SEVERAL_SHARED,
    group: 'latency',
    ...(unit === undefined ? {} : { unit }),
  };
  const quantiles = QUANTILES.map(({ share, increase, muted }): PackMetric => ({
    name: `latency p${share * 100}`,
    ...latency,
    tolerance: { increase },
    ...(muted === undefined ? {} : { muted }),
    promql: `histogram_quantile(${share}, sum by (le) (${rate('bucket')}))`,
  }));
  const means: PackMetric[] = [
    {
      name: 'latency mean',
      ...latency,
      tolerance: { increase: 1.15 },
      promql: `sum(${rate('sum')}) / sum(${rate('count')})`,
    },
  ];
  return [
    ...(slowerThan === undefined ? [] : [slowOf(histogram, slowerThan)]),
    ...quantiles,
    ...(mean === true ? means : []),
  ];
}

/** Coarse buckets hide changes of quantiles; how many are beyond the end of one they tell exactly. */
function slowOf(histogram: string, slowerThan: number): PackMetric {
  return {
    name: 'slow requests',
    ...SEVERAL_SHARED,
    group: 'latency',
    tolerance: { increase: 1.2 },
    events: `${histogram}_count{SEL} - ${histogram}_bucket{SEL,le=~"${endOf(slowerThan)}"}`,
    outOf: [`${histogram}_count{SEL}`],
  };
}

/** Some servers write whole numbers with `.0`. */
function endOf(bucket: number): string {
  const literal = String(bucket).replaceAll('.', String.raw`\\.`);
  return Number.isInteger(bucket) ? String.raw`${literal}(\\.0)?` : literal;
}

function writeMetric(metric: PackMetric, select: string, join: string | undefined): Metric {
  const query = (promql: string) => ({
    source: 'prometheus' as const,
    promql: promql.replaceAll(/\bSEL\b/g, () => select),
  });
  if ('promql' in metric) {
    const { promql, ...policy } = metric;
    return { ...policy, query: query(promql) };
  }
  const [first, ...others] = exposureOf(metric, join);
  const exposed = others.reduce((sum, other) => `${sum} + (${other} or 0 * ${first})`, first!);
  const events = metric.events.split(' - ').map((counter) => increase(counter, join));
  // 0 only where there is traffic: a scope without any must not look like one without errors
  const counted =
    events.length === 2 ? `clamp_min(${events.join(' - ')}, 0)` : `${events[0]} or 0 * ${first}`;
  return {
    ...policyOf(metric),
    kind: 'count',
    query: query(`(${counted}) * \${countFactor}`),
    exposure: query('outOfLevel' in metric ? exposed : `(${exposed}) * \${countFactor}`),
  };
}

function exposureOf(
  metric: Exclude<PackMetric, { promql: string }>,
  join: string | undefined,
): string[] {
  if ('outOfLevel' in metric) return [metric.outOfLevel];
  return metric.outOf.map((counter) => increase(counter, join));
}

function policyOf(metric: PackMetric): Metric {
  return Object.fromEntries(
    Object.entries(metric).filter(([key]) => !['events', 'outOf', 'outOfLevel'].includes(key)),
  ) as unknown as Metric;
}

function increase(counter: string, join: string | undefined): string {
  return `sum(increase(${counter}[\${countWindow}])${join === undefined ? '' : ` ${join}`})`;
}
