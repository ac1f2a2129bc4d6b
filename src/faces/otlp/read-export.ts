import type { ArrivedReading } from '../../analysis/push/receive-metrics.ts';
import type { ExpectedMetric, PushedPoint } from '../../model/pushed/points.ts';
import { isRecord, listOf, recordsOf } from './read-json.ts';
import {
  aggregationOf,
  KINDS,
  millisecondsOf,
  readAttributes,
  readPoint,
  type Aggregation,
} from './read-point.ts';

/** What of an `ExportMetricsServiceRequest` somebody asks for, and how many points came besides. */
export interface ReadExport {
  readings: ArrivedReading[];
  /** Points that nobody asks for. */
  unasked: number;
  /** Points that somebody asks for and that cannot be taken, by why. */
  rejected: Map<string, number>;
}

const MAX_POINTS = 20_000;
/** Clocks of machines differ by so much without anybody having to care. */
const CLOCK_DIFFERENCE_MS = 60_000;
/** The protocol's mark of a series that has ended: such a point has no value. */
const NO_RECORDED_VALUE = 1;
/** What tells instances apart, the first that a resource has. */
const INSTANCE = ['service.instance.id', 'k8s.pod.name', 'host.name'];

/** Fault `invalid-request` where the message has another shape than the protocol's. */
export function readExport(
  message: Record<string, unknown>,
  expected: readonly ExpectedMetric[],
  now: number,
): ReadExport {
  const byName = Map.groupBy(expected, ({ name }) => name);
  const found: ReadExport = { readings: [], unasked: 0, rejected: new Map() };
  const reader = createPointReader(found, now);
  for (const { resource, scopeMetrics } of recordsOf(
    message['resourceMetrics'],
    'resourceMetrics',
  )) {
    const given = isRecord(resource) ? resource['attributes'] : undefined;
    const attributes = readAttributes(given);
    for (const { metrics } of recordsOf(scopeMetrics, 'scopeMetrics')) {
      for (const metric of recordsOf(metrics, 'metrics')) {
        const wanted = byName.get(String(metric['name'])) ?? [];
        const asked =
          typeof attributes === 'string'
            ? []
            : wanted.filter(({ attribute, scope }) => attributes[attribute] === scope);
        if (asked.length > 0 && typeof attributes !== 'string')
          reader.read(metric, attributes, asked);
        else if (wanted.length > 0 && typeof attributes === 'string')
          reader.reject(metric, `its resource ${attributes}`);
        else found.unasked += countOf(metric);
      }
    }
  }
  found.readings.push(...reader.readings());
  return found;
}

function createPointReader(found: ReadExport, now: number) {
  const readings = new Map<string, ArrivedReading>();
  let kept = 0;

  function reject(name: unknown, why: string, count: number): void {
    const text = `metric ${JSON.stringify(name).slice(0, 200)} ${why}`;
    found.rejected.set(text, (found.rejected.get(text) ?? 0) + count);
  }

  function keep(expected: ExpectedMetric, at: number, instance: string, point: PushedPoint): void {
    const { attribute, scope, name } = expected;
    const key = JSON.stringify([attribute, scope, name, instance, at]);
    const reading = readings.get(key) ?? { attribute, scope, name, instance, at, points: [] };
    reading.points.push(point);
    readings.set(key, reading);
  }

  function readOne(
    raw: Record<string, unknown>,
    aggregation: Aggregation,
    { instance, asked }: { instance: string; asked: readonly ExpectedMetric[] },
  ): string | undefined {
    if ((Number(raw['flags']) & NO_RECORDED_VALUE) !== 0) return undefined;
    const at = millisecondsOf(raw['timeUnixNano']);
    if (at === undefined) return 'has a point without a time';
    if (at > now + CLOCK_DIFFERENCE_MS)
      return 'has a point whose time has not come yet: set the clock of its sender';
    const timely = asked.filter(({ fromAt, untilAt }) => fromAt <= at && at <= untilAt);
    if (timely.length === 0) {
      found.unasked += 1;
      return undefined;
    }
    const point = readPoint(raw, aggregation);
    if (typeof point === 'string') return point;
    if (kept >= MAX_POINTS)
      return `is beyond the ${MAX_POINTS} points of a request: send less in one`;
    kept += 1;
    const scopes = new Map(timely.map((one) => [JSON.stringify([one.attribute, one.scope]), one]));
    for (const one of scopes.values()) keep(one, at, instance, point);
    return undefined;
  }

  return {
    readings: () => [...readings.values()],
    reject: (metric: Record<string, unknown>, why: string) =>
      reject(metric['name'], why, countOf(metric)),
    read(
      metric: Record<string, unknown>,
      attributes: Record<string, string>,
      asked: readonly ExpectedMetric[],
    ): void {
      const instance = INSTANCE.map((name) => attributes[name]).find(Boolean) ?? '';
      for (const kind of KINDS) {
        const data = metric[kind];
        if (!isRecord(data)) continue;
        const points = recordsOf(data['dataPoints'], 'dataPoints');
        const aggregation = aggregationOf(kind, data);
        if (typeof aggregation === 'string') {
          reject(metric['name'], aggregation, points.length);
          continue;
        }
        for (const raw of points) {
          const why = readOne(raw, aggregation, { instance, asked });
          if (why !== undefined) reject(metric['name'], why, 1);
        }
      }
    },
  };
}

function countOf(metric: Record<string, unknown>): number {
  return KINDS.reduce((sum, kind) => {
    const data = metric[kind];
    return sum + (isRecord(data) ? listOf(data['dataPoints'], 'dataPoints').length : 0);
  }, 0);
}
