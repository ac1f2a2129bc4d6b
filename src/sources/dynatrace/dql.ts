import { Fault } from '../../errors.ts';
import { asJson, type HttpQuestion } from '../asking/http-ask.ts';
import type { PageAnswer, Plan, PlannedQuestion } from '../asking/http-source.ts';
import { isRecord, readObject, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets, refuseCoarser } from '../grid/bucket-grid.ts';
import { frameOfRecords, readNumber, readTime, seriesOfFrame } from '../grid/frames.ts';
import type { Grid } from '../grid/grid.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest, SourceRemark } from '../source.ts';

/** DQL: texts in `"` with backslashes, names in backticks. */
export const DQL: Dialect = {
  quotes: { '"': 'string', '`': 'raw' },
  escapes: String.raw`\\[^]`,
  comments: String.raw`//[^\n]*|/\*[^]*?\*/`,
  escape(value, { kind }) {
    if (kind === 'raw') return { refused: 'stands in backticks, where no value may be' };
    if (kind === 'code') {
      if (/^-?\d+(\.\d+)?(?:ms|s|m|h|d)?$/.test(value)) return value;
      return {
        refused:
          'stands outside of quotes, where only a number or a duration may be: write "${...}"',
      };
    }
    return value
      .replaceAll('\\', '\\\\')
      .replaceAll('"', String.raw`\"`)
      .replaceAll('\n', String.raw`\n`)
      .replaceAll('\r', String.raw`\r`);
  },
};

const PATH = 'platform/storage/query/v1/query';
const MAX_RECORDS = 100_000;
/** So long the server holds a question for records that are not there yet. */
const HELD_MS = 10_000;

/** Grail in DQL: `timeseries` answers lists of values, other commands a record for each step and group. */
export function planDql({ query, scope }: SeriesRequest): Plan {
  const { grid, remarks } = epochBucketsOf(scope);
  const endAt = grid.startAt + grid.count * grid.stepMs;
  const values = new Map([
    ...scopeValues(scope),
    ['start', new Date(grid.startAt).toISOString()] as const,
    ['end', new Date(endAt).toISOString()] as const,
    ['step', `${grid.stepMs / 1000}s`] as const,
  ]);
  const text = fillTemplate(textField(query, 'dql') ?? '', DQL, values).trim();
  if (text === '') throw new Fault('invalid-query', 'a query of dynatrace by Grail needs "dql"');
  return {
    query: text,
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      executeQuestion(
        text,
        {
          defaultTimeframeStart: new Date(grid.startAt).toISOString(),
          defaultTimeframeEnd: new Date(endAt).toISOString(),
        },
        (records) => seriesOf(records, grid),
      ),
    ],
  };
}

type ReadRecords = (records: Record<string, unknown>[]) => RangeSeries[];

/** One row without any data. */
export function dqlProbe(): PlannedQuestion {
  return executeQuestion('data record(one = 1)', {}, () => []);
}

function executeQuestion(
  text: string,
  timeframe: Readonly<Record<string, string>>,
  read: ReadRecords,
): PlannedQuestion {
  return {
    method: 'POST',
    path: `${PATH}:execute`,
    tellable: [],
    ...asJson({
      query: text,
      ...timeframe,
      timezone: 'UTC',
      maxResultRecords: MAX_RECORDS,
      requestTimeoutMilliseconds: HELD_MS,
      enablePreview: false,
    }),
    read: ({ text: body }) => readState(body, undefined, read),
  };
}

const RUNS = new Set(['RUNNING', 'NOT_STARTED']);

function readState(body: string, asked: string | undefined, read: ReadRecords): PageAnswer {
  const { state, requestToken: told, result } = readObject(body, 'the platform of Dynatrace');
  const token = typeof told === 'string' ? told : asked;
  if (RUNS.has(String(state))) {
    if (token === undefined) throw wrongAnswer('no requestToken');
    return {
      series: [],
      remarks: [],
      abandon: tokenQuestion('POST', 'cancel', token),
      next: {
        ...tokenQuestion('GET', 'poll', token),
        read: ({ text }) => readState(text, token, read),
      },
    };
  }
  if (state === 'RESULT_GONE' || state === 'CANCELLED') {
    const words = `that the query is ${state}`;
    throw new Fault('source-unavailable', words, { retryable: true });
  }
  if (state !== 'SUCCEEDED') {
    throw new Fault('source-refused', `that the query is ${String(state)}; correct the query`);
  }
  const { records, metadata } = isRecord(result) ? result : {};
  if (!Array.isArray(records)) throw wrongAnswer('a result without records');
  const remarks = readNotes(metadata);
  if (records.length >= MAX_RECORDS) {
    const words = `${MAX_RECORDS} records, which are all it gives; group by less`;
    throw new Fault('source-limit', words);
  }
  return { series: read(records.filter(isRecord)), remarks };
}

function tokenQuestion(method: 'GET' | 'POST', verb: string, token: string): HttpQuestion {
  const held = verb === 'poll' ? { 'request-timeout-milliseconds': String(HELD_MS) } : {};
  return {
    method,
    path: `${PATH}:${verb}`,
    search: { 'request-token': token, ...held },
    tellable: [],
  };
}

/** A sample of the data is no answer, and what was not read whole is told as that. */
function readNotes(metadata: unknown): SourceRemark[] {
  const grail = isRecord(metadata) ? metadata['grail'] : undefined;
  const { sampled, notifications } = isRecord(grail) ? grail : {};
  if (sampled === true) {
    throw new Fault('source-limit', 'a sample of the data; read less, or leave out samplingRatio');
  }
  return (Array.isArray(notifications) ? notifications : [])
    .filter(isRecord)
    .map(({ message, notificationType: type }): SourceRemark => {
      const text = `Dynatrace: ${String(message ?? type)}`;
      return {
        kind: /limit|exceed|truncat/i.test(`${text} ${String(type)}`) ? 'partial' : 'warning',
        text,
      };
    });
}

function seriesOf(records: Record<string, unknown>[], grid: Grid): RangeSeries[] {
  if (records.length === 0) return [];
  if (!records.every((record) => isRecord(record['timeframe']))) {
    return seriesOfFrame(frameOfRecords(records));
  }
  const series = records.flatMap((record) => seriesOfRecord(record));
  refuseCoarser(
    series.flatMap(({ points }) => points.map(([at]) => at)),
    grid,
  );
  return series;
}

/** Lists are values, of which several are told apart by the label `column`; all else is a label. */
function seriesOfRecord({
  timeframe,
  interval,
  ...fields
}: Record<string, unknown>): RangeSeries[] {
  const startAt = readTime(isRecord(timeframe) ? timeframe['start'] : undefined, 'timeframe.start');
  const stepMs = Number(interval) / 1e6; // nanoseconds, as a text
  if (!(stepMs > 0)) throw wrongAnswer('a record whose interval is no number of nanoseconds');
  const lists = Object.entries(fields).filter(([, value]) => Array.isArray(value));
  const labels = Object.entries(fields).flatMap(([name, value]) =>
    Array.isArray(value)
      ? []
      : [[name, typeof value === 'string' ? value : JSON.stringify(value ?? '')]],
  );
  return lists.map(([name, list]) => ({
    tags: Object.fromEntries(lists.length > 1 ? [...labels, ['column', name]] : labels) as Record<
      string,
      string
    >,
    points: (list as unknown[]).flatMap((value, index): [number, number][] => {
      const number = readNumber(value, name);
      return Number.isNaN(number) ? [] : [[startAt + index * stepMs, number]];
    }),
  }));
}
