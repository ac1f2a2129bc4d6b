import { Fault } from '../../errors.ts';
import { readSampleValue } from '../grid/sample-value.ts';
import {
  DEFAULT_STEP_MS,
  placePoints,
  wrong,
  type Point,
  type SeriesByMetric,
} from './place-points.ts';
import type { TextFile } from './text-file.ts';
import { timeReader } from './time-text.ts';

const readTime = timeReader(undefined);

/** Reads `{metric: [numbers]}` or `{metric: [{time, value}]}`; null is a missing value. */
export async function readJsonSeries(file: TextFile): Promise<SeriesByMetric> {
  const lines: string[] = [];
  await file.eachLine((line) => lines.push(line));
  let document: unknown;
  try {
    document = JSON.parse(lines.join('\n'));
  } catch (cause) {
    throw new Fault('invalid-request', `the file is no JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (!isRecord(document)) throw wrong('the file', 'must be a map of metric names to lists');
  return placePoints(
    Object.entries(document).map(([metric, list]) => {
      if (!Array.isArray(list)) throw wrong(`metric "${metric}"`, 'must be a list');
      const points = list.map((item: unknown, index) => readPoint(item, index, metric));
      return { metric, tags: {}, points };
    }),
  );
}

function readPoint(item: unknown, index: number, metric: string): Point {
  const place = `item ${index + 1} of metric "${metric}"`;
  if (!isRecord(item)) return { at: index * DEFAULT_STEP_MS, value: readValue(item, place), place };
  const time = item['time'];
  if (typeof time !== 'string' && typeof time !== 'number') throw wrong(place, 'has no time');
  const at = readTime(String(time));
  if (at === undefined) {
    const why = 'which is neither ISO 8601 with a zone nor an epoch time';
    throw wrong(place, `has the time "${time}", ${why}`);
  }
  return { at: Math.round(at), value: readValue(item['value'], place), place };
}

function readValue(value: unknown, place: string): number {
  if (value === null || value === '') return NaN;
  if (typeof value === 'number') return value;
  const read = typeof value === 'string' ? readSampleValue(value) : undefined;
  if (read === undefined) {
    throw wrong(place, `has a value that is no number: ${JSON.stringify(value)}`);
  }
  return read;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
