import { Fault } from '../../errors.ts';
import type { Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { readNumber } from '../grid/frames.ts';
import { gridOf, type Grid } from '../grid/grid.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest, SourceRemark } from '../source.ts';

/** Wavefront (Operations for Applications) by its chart API; Kayenta-shaped queries as Kayenta sends them. */
export const createWavefrontSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'wavefront',
    manners: MANNERS,
    plan: (request) =>
      request.query['ts'] === undefined ? planKayenta(request) : planNative(request),
    // a number, which is a query that needs no metric
    probe: (now) =>
      question(
        { n: 'canary-verdict', q: '1', s: String(now - 60_000), e: String(now), g: 'm' },
        () => [],
      ),
  });

const MANNERS: Manners = {
  readError(body) {
    const answer = parseJson(body);
    if (!isRecord(answer)) return undefined;
    const { status, message } = answer;
    const said = isRecord(status) ? status['message'] : (answer['errorMessage'] ?? message);
    return typeof said === 'string' ? said : undefined;
  },
  remedies: { 401: "; check the account's token" },
};

/** No escapes are told for its strings, in which `*` is anything. */
export const WAVEFRONT: Dialect = {
  quotes: { '"': 'string', "'": 'string' },
  escapes: '',
  comments: '',
  escape(value, { kind }) {
    if (kind === 'code') {
      if (/^-?\d+(\.\d+)?[smhdw]?$/.test(value)) return value;
      return { refused: 'stands outside of quotes, where only a number may be: write "${...}"' };
    }
    if (!/["'\\*\r\n]/.test(value)) return value;
    return {
      refused: 'has a quote, a backslash, a line break or a *, which no text of ts() can hold',
    };
  },
};

/** Granularities, each of one unit, the longest first. */
const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** The longest unit of which the step is a multiple. */
function unitOf(stepSeconds: number): (typeof UNITS)[number] {
  return UNITS.find(([, seconds]) => stepSeconds % seconds === 0) ?? ['s', 1];
}

function planNative({ query, scope }: SeriesRequest): Plan {
  const { grid, remarks } = epochBucketsOf(scope);
  const values = scopeValues(scope);
  values.set('step', `${grid.stepMs / 1000}s`);
  const text = fillTemplate(textField(query, 'ts') ?? '', WAVEFRONT, values);
  const [unit, seconds] = unitOf(grid.stepMs / 1000);
  if (seconds * 1000 !== grid.stepMs && !/\balign\s*\(/.test(text)) {
    throw new Fault(
      'invalid-query',
      `Wavefront has steps of 1s, 1m, 1h and 1d; for one of ${grid.stepMs / 1000}s write align(\${step}, mean, ...), or sum for counts`,
    );
  }
  return {
    query: text,
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      question(
        {
          n: 'canary-verdict',
          q: text,
          s: String(grid.startAt),
          e: String(grid.startAt + grid.count * grid.stepMs - 1), // its end is part of a window
          g: unit,
          summarization: textField(query, 'summarization') ?? 'MEAN',
        },
        (answer) => readNative(answer, seconds),
      ),
    ],
  };
}

type Answer = Record<string, unknown>;

function question(
  search: Record<string, string>,
  read: (answer: Answer) => RangeSeries[],
): PlannedQuestion {
  return {
    method: 'GET',
    path: 'api/v2/chart/api',
    search: { ...search, listMode: 'true', strict: 'true', sorted: 'true' },
    tellable: Object.keys(search),
    read: ({ text }): PageAnswer => {
      const answer = readObject(text, 'Wavefront');
      const { errorType, errorMessage, warnings } = answer;
      if (typeof errorMessage === 'string' && errorMessage !== '') {
        const type = typeof errorType === 'string' ? `${errorType}: ` : '';
        throw new Fault('source-refused', `an error: ${type}${errorMessage}; correct the query`);
      }
      const said = typeof warnings === 'string' && warnings !== '' ? [warnings] : [];
      return {
        series: read(answer),
        remarks: said.map((words): SourceRemark => ({
          kind: 'warning',
          text: `Wavefront: ${words}`,
        })),
      };
    },
  };
}

function seriesIn({ timeseries = [] }: Answer): Record<string, unknown>[] {
  if (Array.isArray(timeseries) && timeseries.every(isRecord)) return timeseries;
  throw wrongAnswer('timeseries that are no list');
}

function readNative(answer: Answer, seconds: number): RangeSeries[] {
  const { granularity } = answer;
  if (typeof granularity === 'number' && granularity !== seconds) {
    const told = `every ${granularity}s, asked for ${seconds}s`;
    throw wrongAnswer(`${told}; shorten the window or lengthen the step`);
  }
  return seriesIn(answer).map((one) => ({
    tags: {
      ...tagsOf(one),
      ...(typeof one['host'] === 'string' && one['host'] !== '' ? { host: one['host'] } : {}),
    },
    points: pointsOf(one),
  }));
}

function tagsOf({ tags }: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isRecord(tags) ? tags : {}).map(([name, value]) => [name, String(value)]),
  );
}

/** It is asked in milliseconds and answers in seconds. */
function pointsOf({ data = [] }: Record<string, unknown>): RangeSeries['points'] {
  if (!Array.isArray(data)) throw wrongAnswer('a series whose data are no list');
  return data.map((point): [number, number] => {
    if (!Array.isArray(point) || typeof point[0] !== 'number') {
      throw wrongAnswer('a point that is no [seconds, number]');
    }
    return [point[0] * 1000, readNumber(point[1], 'data')];
  });
}

/** Kayenta's query, in units of which it drops those that its step does not fall on. */
function planKayenta({ query, scope }: SeriesRequest): Plan {
  const [unit] = unitOf(scope.stepSeconds);
  const filter = scope.scope === '' ? '' : `, ${scope.scope}`;
  const series = `ts(${textField(query, 'metricName') ?? ''}${filter})`;
  const aggregate = textField(query, 'aggregate') ?? '';
  const text = aggregate === '' ? series : `${aggregate}(${series})`;
  const summarization = textField(query, 'summarization');
  const grid = gridOf(scope);
  return {
    query: text,
    grid,
    place: ({ points }, { startAt, stepMs }) => ({
      startAt: points[0]?.[0] ?? startAt,
      stepMs,
      values: points.map(([, value]) => value),
    }),
    questions: [
      question(
        {
          n: 'Kayenta-Query',
          q: text,
          s: String(scope.startAt),
          e: String(scope.endAt),
          g: unit,
          ...(summarization === undefined ? {} : { summarization }),
        },
        (answer) => readKayenta(answer, text, grid),
      ),
    ],
  };
}

function readKayenta(
  answer: Answer,
  text: string,
  { startAt, stepMs, count }: Grid,
): RangeSeries[] {
  if (answer['timeseries'] === undefined || answer['timeseries'] === null) {
    const endAt = startAt + (count - 1) * stepMs;
    const words = `No metrics returned for query: ${text} from ${startAt} to ${endAt}`;
    throw new Fault('source-refused', words);
  }
  return seriesIn(answer).flatMap((one): RangeSeries[] => {
    const found = pointsOf(one);
    const [first, last] = [found[0]?.[0], found.at(-1)?.[0]];
    if (first === undefined || last === undefined) return [];
    const known = new Map(found);
    const points: RangeSeries['points'] = [];
    for (let at = first; at <= last; at += stepMs) points.push([at, known.get(at) ?? NaN]);
    return [{ tags: tagsOf(one), points }];
  });
}
