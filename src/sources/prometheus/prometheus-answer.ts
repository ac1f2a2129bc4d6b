import { Fault } from '../../errors.ts';
import { indexAt, type Grid } from '../grid/grid.ts';
import { readSampleValue } from '../grid/sample-value.ts';
import type { SourceRemark } from '../source.ts';

/** One series as answered: instants in epoch milliseconds, in any order. */
export interface RangeSeries {
  tags: Record<string, string>;
  points: [at: number, value: number][];
}

export interface RangeAnswer {
  series: RangeSeries[];
  remarks: SourceRemark[];
}

/** Prometheus' own words about a query it refused, from the body of an error answer; undefined when there are none. */
export function readErrorText(body: string): string | undefined {
  const answer = parseJson(body);
  if (!isRecord(answer) || typeof answer['error'] !== 'string') return undefined;
  const type = typeof answer['errorType'] === 'string' ? `${answer['errorType']}: ` : '';
  return `${type}${answer['error']}`;
}

/** Reads the body of a successful range query. Faults: `source-answer`, its text saying what the answer is instead. */
export function readRangeAnswer(body: string): RangeAnswer {
  const answer = parseJson(body);
  if (!isRecord(answer)) throw wrong(`not JSON but ${describeText(body)}`);
  if (answer['status'] !== 'success') {
    throw wrong(`status "${String(answer['status'])}": ${readErrorText(body) ?? 'no error text'}`);
  }
  const data = answer['data'];
  if (!isRecord(data)) throw wrong('without data');
  if (data['resultType'] !== 'matrix') throw wrong(`a ${String(data['resultType'])}, not a matrix`);
  if (!Array.isArray(data['result'])) throw wrong('a matrix without result');
  return { series: data['result'].map(readSeries), remarks: readRemarks(answer) };
}

/**
 * The values of a series on the grid, gaps as NaN. Order does not matter; instants between two grid
 * points go to the nearer one. Two different values for one grid point, or an instant outside the
 * window, mean that the answer is not to this question: `source-answer`.
 */
export function placeOnGrid(points: RangeSeries['points'], grid: Grid): number[] {
  const values: number[] = [];
  while (values.length < grid.count) values.push(NaN);
  const filled = new Uint8Array(grid.count);
  for (const [at, value] of points) {
    const index = indexAt(grid, at);
    if (index < 0 || index >= grid.count) {
      throw wrong(`a value for ${new Date(at).toISOString()}, which is outside the window`);
    }
    if (filled[index] === 1 && !Object.is(values[index], value)) {
      throw wrong(`two values for ${new Date(grid.startAt + index * grid.stepMs).toISOString()}`);
    }
    filled[index] = 1;
    values[index] = value;
  }
  return values;
}

/** Each instant once, ascending. */
export function inOrder(points: RangeSeries['points']): RangeSeries['points'] {
  return [...new Map(points)].sort(([a], [b]) => a - b);
}

/** Reads the body of an answer that is a list of names. Faults: `source-answer`. */
export function readNames(body: string): string[] {
  const answer = parseJson(body);
  const data = isRecord(answer) ? answer['data'] : undefined;
  if (!Array.isArray(data)) throw wrong(`not a list of names but ${describeText(body)}`);
  return data.filter((name) => typeof name === 'string');
}

function readSeries(item: unknown): RangeSeries {
  if (!isRecord(item) || !isRecord(item['metric'])) throw wrong('a series without labels');
  if (!Array.isArray(item['values'])) {
    throw wrong(
      'histograms' in item ? 'a native histogram, not numbers' : 'a series without values',
    );
  }
  const { __name__: _name, ...labels } = item['metric'];
  const tags = Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [key, String(value)]),
  );
  return { tags, points: item['values'].map(readPoint) };
}

function readPoint(item: unknown): [number, number] {
  if (Array.isArray(item) && typeof item[0] === 'number' && typeof item[1] === 'string') {
    const value = readSampleValue(item[1]);
    if (value !== undefined) return [Math.round(item[0] * 1000), value];
  }
  throw wrong(`a point that is no [seconds, "number"]: ${JSON.stringify(item).slice(0, 80)}`);
}

/**
 * Prometheus' `warnings` are of two kinds: those of its language begin with `PromQL warning:` (in some
 * versions `PromQL info:` stands among them); all others come from storages that could not be read whole,
 * there as in Thanos and Mimir. A cluster of VictoriaMetrics says `isPartial` instead.
 */
function readRemarks(answer: Record<string, unknown>): SourceRemark[] {
  const partial: SourceRemark = {
    kind: 'partial',
    text: 'the answer is partial (isPartial): some storage nodes did not answer',
  };
  return [
    ...(answer['isPartial'] === true ? [partial] : []),
    ...readTexts(answer['warnings']).map((text) => ({ kind: kindOfWarning(text), text })),
    ...readTexts(answer['infos']).map((text) => ({ kind: 'info' as const, text })),
  ];
}

function kindOfWarning(text: string): SourceRemark['kind'] {
  if (text.startsWith('PromQL info:')) return 'info';
  return text.startsWith('PromQL warning:') ? 'warning' : 'partial';
}

function readTexts(texts: unknown): string[] {
  return Array.isArray(texts) ? texts.filter((item) => typeof item === 'string') : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeText(body: string): string {
  if (body.trim() === '') return 'nothing';
  return /^\s*</.test(body)
    ? 'a web page; is the url that of Prometheus itself?'
    : 'something else';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(what: string): Fault {
  return new Fault('source-answer', what);
}
