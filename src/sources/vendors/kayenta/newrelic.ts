import type { HttpAccount, PageAnswer, Plan, PlannedQuestion } from '../../asking/http-source.ts';
import { isRecord, readObject, wrongAnswer } from '../../asking/read-json.ts';
import { readNumber } from '../../grid/frames.ts';
import { gridOf } from '../../grid/grid.ts';
import type { RangeSeries } from '../../grid/range-series.ts';
import { expandCustomFilter } from '../../queries/kayenta-template.ts';
import { textField } from '../../queries/query-fields.ts';
import type { SeriesRequest } from '../../source.ts';
import type { NrqlAnswer } from '../newrelic-answer.ts';
import { scopeFilters, textOption } from './scope-keys.ts';

type Options = HttpAccount['options'];
type Rows = Pick<NrqlAnswer, 'rows'>;

/**
 * Kayenta's query: one series without labels, by the Insights API as Kayenta asks it, or the same text by
 * NerdGraph (`ask`), which takes the keys of today.
 */
export function planKayentaNewrelic(
  request: SeriesRequest,
  options: Options,
  ask: (nrql: string, options: Options, read: (answer: Rows) => PageAnswer) => PlannedQuestion,
): Plan {
  const { scope } = request;
  const text = textOf(request, options);
  const stepMs = scope.stepSeconds * 1000;
  const insights: PlannedQuestion = {
    method: 'GET',
    path: `v1/accounts/${String(options?.['accountId'])}/query`,
    search: { nrql: text },
    tellable: ['nrql'],
    read: ({ text }) => readInsights(text, stepMs),
  };
  return {
    query: text,
    // a step of 0 is New Relic's own choice
    grid: stepMs === 0 ? { startAt: scope.startAt, stepMs, count: 1 } : gridOf(scope),
    place: ({ points, stepMs: every }, { startAt }) => ({
      startAt: points[0]?.[0] ?? startAt,
      stepMs: every ?? stepMs,
      values: points.map(([, value]) => value),
    }),
    questions: [
      options?.['api'] === 'insights'
        ? insights
        : ask(text, options, ({ rows }) => ({
            series: seriesOf(rows.map(fromRow), stepMs),
            remarks: [],
          })),
    ],
  };
}

function textOf(request: SeriesRequest, options: Options): string {
  const { scope, query } = request;
  const [since, until] = [scope.startAt, scope.endAt].map((at) => String(Math.floor(at / 1000)));
  const parameters = {
    step: String(scope.stepSeconds),
    startEpochSeconds: since!,
    endEpochSeconds: until!,
    ...scope.parameters,
  };
  const filled = expandCustomFilter({ ...request, scope: { ...scope, parameters } }, [
    'scope',
    'location',
  ]);
  if (filled) return filled;
  const keys = {
    scopeKey: textOption(options, 'scopeKey'),
    locationKey: textOption(options, 'locationKey'),
  };
  const filters = scopeFilters(request, keys, 'NewRelic');
  const written = textField(query, 'select') ?? '';
  const select = written.startsWith('SELECT') ? written : `SELECT ${written.trim()}`;
  const every = scope.stepSeconds === 0 ? 'MAX' : `${scope.stepSeconds} seconds`;
  const q = textField(query, 'q') ?? '';
  const pairs = [...filters.more, filters.scope, ...(filters.location ? [filters.location] : [])];
  const where = [
    ...(q === '' ? [] : [q]),
    ...pairs.map(([key, value]) => `${key} LIKE '${value}'`),
  ].join(' AND ');
  return `${select} TIMESERIES ${every} SINCE ${since} UNTIL ${until} WHERE ${where}`;
}

interface Bucket {
  begin: unknown;
  inspected: unknown;
  value: unknown;
}

function readInsights(body: string, stepMs: number): PageAnswer {
  const { timeSeries, metadata } = readObject(body, 'New Relic');
  if (!Array.isArray(timeSeries)) {
    throw wrongAnswer('without timeSeries; leave out FACET, and write TIMESERIES in a template');
  }
  const buckets = timeSeries.map((one): Bucket => {
    const { beginTimeSeconds, inspectedCount, results } = isRecord(one) ? one : {};
    const first: unknown = Array.isArray(results) ? results[0] : undefined;
    const value = isRecord(first) ? Object.values(first)[0] : undefined;
    return { begin: beginTimeSeconds, inspected: inspectedCount, value };
  });
  const beginAt = isRecord(metadata) ? metadata['beginTimeMillis'] : undefined;
  return { series: seriesOf(buckets, stepMs, beginAt), remarks: [] };
}

const NO_VALUES = ['beginTimeSeconds', 'endTimeSeconds', 'inspectedCount', 'facet'];

function fromRow(row: Record<string, unknown>): Bucket {
  const value = Object.entries(row).find(([name]) => !NO_VALUES.includes(name))?.[1];
  return { begin: row['beginTimeSeconds'], inspected: row['inspectedCount'], value };
}

/** A step in which nothing was inspected has no value, also for counts. */
function seriesOf(buckets: readonly Bucket[], stepMs: number, beginAt?: unknown): RangeSeries[] {
  if (buckets.length === 0) return [];
  const seconds = buckets.map(({ begin }) => readNumber(begin, 'beginTimeSeconds'));
  const every = stepMs > 0 ? stepMs : ((seconds[1] ?? NaN) - seconds[0]!) * 1000 || 1000;
  const startAt = typeof beginAt === 'number' ? beginAt : seconds[0]! * 1000;
  const points = buckets.map(({ inspected, value }, index): [number, number] => {
    const one = isRecord(value) ? Object.values(value)[0] : value;
    return [startAt + index * every, inspected === 0 ? NaN : readNumber(one, 'value')];
  });
  return [{ tags: {}, points, stepMs: every }];
}
