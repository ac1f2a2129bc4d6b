import { Fault } from '../../errors.ts';
import type { PushedPoint, PushedReading } from '../../model/pushed/points.ts';
import type { Grid } from '../grid/grid.ts';
import { emptyReadings, LEAD_STEPS, type Track } from '../readings/evaluation.ts';
import { selectorsOf, type Question, type Selector } from '../readings/question.ts';
import { seriesKey, type Sample } from '../readings/reading.ts';
import {
  bucketCounts,
  coarsestScale,
  cumulated,
  isDistribution,
  totalOf,
} from './bucket-counts.ts';
import { createGrowth, type Growth } from './growth.ts';
import type { OtlpQuery } from './push-query.ts';

/** What came of one metric (of none: that anything came) from one instance at one time. */
export interface Arrival extends PushedReading {
  at: number;
  name?: string;
}

const MAX_INSTANCES = 200;

/**
 * What each instance had at the end of each step, as readings of counters that never fall: of a gauge the last value
 * within the step, of everything else the growth so far. The question is asked of those: its selectors have chosen,
 * so that each is one series, which `standIn` names.
 */
export function tracksOf(query: OtlpQuery, arrivals: readonly Arrival[], grid: Grid): Track[] {
  const asked = standIn(query.question);
  const chosen = selectorsOf(query.question).map((selector, index) => ({
    name: query.names[index] ?? query.names[0]!,
    labels: selector.labels,
    as: selectorsOf(asked)[index]!.name,
  }));
  const points = arrivals.flatMap((arrival) => arrival.points);
  for (const point of points) refuseOtherKind(point, query);
  const scale = coarsestScale(points);
  const common = { query, chosen, grid, scale, bounds: boundsOf(points, scale) };
  const byInstance = Map.groupBy(arrivals, ({ instance }) => instance);
  if (byInstance.size > MAX_INSTANCES) {
    const text = `${byInstance.size} instances sent metrics for one side; at most ${MAX_INSTANCES} are judged: aggregate them in a collector`;
    throw new Fault('source-limit', text);
  }
  return [...byInstance]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([instance, own]) =>
      trackOf(
        instance,
        own.toSorted((a, b) => a.at - b.at),
        common,
      ),
    );
}

/** The same question of the series that its selectors have become. */
export function standIn(question: Question): Question {
  const named = (name: string): Selector => ({ name, labels: {} });
  if (question.kind === 'gauge') return { kind: 'gauge', gauge: named('gauge') };
  if (question.kind === 'ratio') {
    return { kind: 'ratio', numerator: named('numerator'), denominator: named('denominator') };
  }
  if (question.kind === 'quantile') return { ...question, buckets: named('observed_bucket') };
  return { kind: question.kind, counter: named('counter') };
}

interface Chosen {
  /** Of the metric. */
  name: string;
  labels: Record<string, string>;
  /** The series that it becomes. */
  as: string;
}

interface Common {
  query: OtlpQuery;
  chosen: readonly Chosen[];
  grid: Grid;
  scale: number;
  bounds: readonly number[];
}

function trackOf(instance: string, arrivals: readonly Arrival[], common: Common): Track {
  const { query, chosen, grid, scale } = common;
  const readings = emptyReadings(grid);
  const fromAt = grid.startAt - LEAD_STEPS * grid.stepMs;
  const growths = chosen.map(() => createGrowth(fromAt, scale));
  const firstAt = arrivals[0]!.at;
  const seen = new Set<string>(query.empty === 'zero' ? query.names : []);
  const bySlot = Map.groupBy(arrivals, ({ at }) => slotOf(at, grid));
  for (const [slot, group] of bySlot) {
    if (slot < 0 || slot >= readings.length) continue;
    for (const { name, points, at } of group) {
      if (name !== undefined) seen.add(name);
      chosen.forEach(({ name: wanted, labels }, index) => {
        if (name !== wanted) return;
        for (const point of points)
          if (point.kind !== 'gauge' && carries(point, labels))
            growths[index]!.add(point, at, firstAt < at);
      });
    }
    const names = chosen.filter(({ name }) => seen.has(name)).map(({ as }) => as);
    readings[slot] = {
      at: group.at(-1)!.at,
      wanted: chosen.map(({ as }) => as),
      present: names,
      samples:
        query.question.kind === 'gauge'
          ? levelsOf(group, chosen[0]!)
          : chosen.flatMap(({ as }, index) => samplesOf(as, growths[index]!, common)),
    };
  }
  const firstSlot = slotOf(firstAt, grid);
  const begunAt = beginningOf(arrivals, fromAt);
  if (begunAt !== undefined && firstSlot > 0)
    readings[firstSlot - 1] = { ...readings[firstSlot]!, at: begunAt, samples: [] };
  const isLevel = query.question.kind === 'gauge';
  return {
    instance,
    readings,
    // a gap is one once its first growth can be told, and for a while after it was last heard of
    fromSlot: firstSlot + (isLevel || begunAt !== undefined ? 0 : 1),
    untilSlot: slotOf(arrivals.at(-1)!.at, grid) + LEAD_STEPS,
  };
}

/** When an instance that began since `fromAt` did: its counters were 0 then. */
function beginningOf([first, ...others]: readonly Arrival[], fromAt: number): number | undefined {
  const early = [first!, ...others].filter(({ at }) => at === first!.at);
  const starts = early.flatMap(({ points }) =>
    points.flatMap((point) => (point.kind === 'gauge' ? [] : point.startAt)),
  );
  const begunAt = Math.min(...starts);
  return begunAt >= fromAt && begunAt < first!.at ? begunAt : undefined;
}

/** A counter read at the very end of a step tells of that step. */
function slotOf(at: number, { startAt, stepMs }: Grid): number {
  return Math.ceil((at - startAt) / stepMs) - 1 + LEAD_STEPS;
}

/** The last value of each series, added up. */
function levelsOf(arrivals: readonly Arrival[], { name, labels, as }: Chosen): Sample[] {
  const last = new Map<string, number>();
  for (const arrival of arrivals)
    if (arrival.name === name)
      for (const point of arrival.points)
        if ('value' in point && carries(point, labels))
          last.set(seriesKey({ name, labels: point.labels }), point.value);
  if (last.size === 0) return [];
  return [{ name: as, labels: {}, value: [...last.values()].reduce((sum, one) => sum + one, 0) }];
}

function samplesOf(as: string, { totals }: Growth, { query, bounds }: Common): Sample[] {
  if (query.question.kind !== 'quantile') return [{ name: as, labels: {}, value: totalOf(totals) }];
  return cumulated(totals, bounds).map(({ bound, count }) => ({
    name: as,
    labels: { le: Number.isFinite(bound) ? String(bound) : '+Inf' },
    value: count,
  }));
}

function carries({ labels }: PushedPoint, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** All upper bounds, ascending, the last one without a bound. */
function boundsOf(points: readonly PushedPoint[], scale: number): number[] {
  const found = new Set([Infinity]);
  for (const point of points) {
    if (point.kind === 'histogram') for (const bound of point.bounds) found.add(bound);
    else if (isDistribution(point))
      for (const bound of bucketCounts(point, scale).keys()) found.add(bound);
  }
  return [...found].sort((a, b) => a - b);
}

const USES: Record<PushedPoint['kind'], string> = {
  gauge: 'a gauge: read it with "gauge"',
  sum: 'a sum: read it with "rate", "count" or "ratio"',
  histogram: 'a histogram: read it with "histogram", or its observations with "count" or "rate"',
  exponential: 'a histogram: read it with "histogram", or its observations with "count" or "rate"',
};

/** A growth of levels or a quantile of a sum would be told as 0, which is no answer. */
function refuseOtherKind(point: PushedPoint, { question, names }: OtlpQuery): void {
  const isRight =
    question.kind === 'gauge'
      ? point.kind === 'gauge' || (point.kind === 'sum' && point.isDelta !== true)
      : question.kind === 'quantile'
        ? isDistribution(point)
        : point.kind !== 'gauge';
  if (isRight) return;
  throw new Fault('source-answer', `"${names.join('", "')}" came as ${USES[point.kind]}`);
}
