import { Fault } from '../../errors.ts';
import type { OutboundAnswer } from '../../outbound/client.ts';
import type { NamesQuestion } from '../asking/account-questions.ts';
import type { Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets, refuseCoarser } from '../grid/bucket-grid.ts';
import { readNumber, readTime } from '../grid/frames.ts';
import type { Grid } from '../grid/grid.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest, SourceRemark } from '../source.ts';
import { dqlProbe, planDql } from './dql.ts';

/** Dynatrace by the metrics API v2, or Grail by DQL: these have addresses and tokens of their own. */
export const createDynatraceSource: CreateSource = (account, dependencies) =>
  account.options?.['api'] === 'grail'
    ? createGrail(account, dependencies)
    : createMetrics(account, dependencies);

const createGrail: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'dynatrace',
    manners: {
      readError: readDynatraceError,
      remedies: {
        401: "; check the account's token (of the platform, or of an OAuth client)",
        403: "; check that the account's token has the scopes storage:buckets:read and storage:metrics:read, or that of what it reads",
      },
    },
    plan(request) {
      if (request.query['dql'] !== undefined) return planDql(request);
      const text = 'an account of dynatrace with options.api: grail is asked in "dql"';
      throw new Fault('invalid-query', text);
    },
    probe: () => {
      const { read, ...question } = dqlProbe();
      return { ...question, read: (answer) => void read(answer) };
    },
  });

const createMetrics: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'dynatrace',
    manners: MANNERS,
    plan: planMetrics,
    probe: () => ({ method: 'GET', path: METRICS, search: { pageSize: '1' }, read: readMetricIds }),
    names: {
      takesMatch: true,
      question: (_, match) =>
        metricsQuestion({
          pageSize: '500',
          fields: 'metricId',
          ...(match === undefined ? {} : { metricSelector: match }),
        }),
    },
  });

const MANNERS: Manners = {
  readError: readDynatraceError,
  remedies: {
    401: "; check the account's token",
    403: "; check that the account's token has the scope metrics.read",
  },
};

/** Selectors hide what stands behind a `~`. */
export const SELECTOR: Dialect = {
  quotes: { '"': 'string' },
  escapes: '~[^]',
  comments: '',
  escape(value, { kind }) {
    if (kind === 'string') return value.replaceAll('~', '~~').replaceAll('"', '~"');
    if (/^[\p{L}\p{N}_.-]+$/u.test(value)) return value;
    return { refused: 'stands outside of quotes, where only a plain word may be: write "${...}"' };
  },
};

const MINUTE_MS = 60_000;
const UNITS: Record<string, number> = { m: 1, h: 60, d: 24 * 60, w: 7 * 24 * 60 };
const PATH = 'api/v2/metrics/query';

const METRICS = 'api/v2/metrics';

function metricsQuestion(search: Record<string, string>): NamesQuestion {
  return {
    method: 'GET',
    path: METRICS,
    search,
    tellable: Object.keys(search),
    read: readMetricIds,
  };
}

function readMetricIds({ text }: OutboundAnswer): ReturnType<NamesQuestion['read']> {
  const { metrics, nextPageKey } = readObject(text, 'Dynatrace');
  if (!Array.isArray(metrics)) throw wrongAnswer('no metrics');
  const names = metrics.filter(isRecord).map(({ metricId }) => String(metricId));
  if (typeof nextPageKey !== 'string' || nextPageKey === '') return { names };
  return { names, next: metricsQuestion({ nextPageKey }) }; // beside which nothing may stand
}

function planMetrics(request: SeriesRequest): Plan {
  const { query, scope } = request;
  const { grid, remarks } = epochBucketsOf(scope);
  if (grid.stepMs % MINUTE_MS !== 0) {
    const text = `dynatrace has no steps of ${grid.stepMs / 1000}s: take whole minutes`;
    throw new Fault('invalid-query', text);
  }
  const values = scopeValues(scope);
  const selectors = Object.fromEntries(
    ['metricSelector', 'entitySelector', 'mzSelector'].flatMap((name) => {
      const text = textField(query, name);
      return text === undefined ? [] : [[name, fillTemplate(text, SELECTOR, values)]];
    }),
  );
  if (query['dql'] !== undefined) {
    const text =
      'a query in "dql" needs an account with options.api: grail, at https://ENVIRONMENT.apps.dynatrace.com';
    throw new Fault('invalid-query', text);
  }
  const { metricSelector } = selectors;
  if (metricSelector === undefined) {
    throw new Fault('invalid-query', 'a query of dynatrace needs a "metricSelector"');
  }
  const search = {
    ...selectors,
    from: String(grid.startAt),
    to: String(grid.startAt + grid.count * grid.stepMs),
    resolution: `${grid.stepMs / MINUTE_MS}m`,
  };
  return {
    query: Object.values(selectors).join('\n'),
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid, 'end'),
    questions: [questionOf(search, grid)],
  };
}

function questionOf(search: Record<string, string>, grid: Grid): PlannedQuestion {
  return {
    method: 'GET',
    path: PATH,
    search,
    tellable: Object.keys(search),
    read: ({ text }) => readMetrics(text, grid),
  };
}

function readMetrics(body: string, grid: Grid): PageAnswer {
  const { result, resolution, nextPageKey, warnings } = readObject(body, 'Dynatrace');
  if (!Array.isArray(result)) throw wrongAnswer('no result');
  refuseResolution(resolution, grid);
  const found = result.filter(isRecord);
  const series = found.flatMap(({ metricId, data }) =>
    listOf(data).map((one) => readSeries(one, found.length > 1 ? String(metricId) : undefined)),
  );
  refuseCoarser(
    series.flatMap(({ points }) => points.map(([at]) => at)),
    grid,
  );
  const remarks = [warnings, ...found.map((one) => one['warnings'])].flatMap(remarksOf);
  const answer = { series: series.map((one) => within(one, grid)), remarks };
  if (typeof nextPageKey !== 'string' || nextPageKey === '') return answer;
  return { ...answer, next: questionOf({ nextPageKey }, grid) }; // beside which nothing may stand
}

/** Times are the ends of slots; null is a slot without data. */
function readSeries(item: unknown, metric: string | undefined): RangeSeries {
  const { dimensionMap = {}, timestamps, values } = isRecord(item) ? item : {};
  if (!isRecord(dimensionMap) || !Array.isArray(timestamps) || !Array.isArray(values)) {
    throw wrongAnswer('a series without dimensions, timestamps or values');
  }
  if (timestamps.length !== values.length) {
    throw wrongAnswer('a series that has not one value for each time');
  }
  const labels = Object.entries(dimensionMap).map(
    ([key, value]) => [key, typeof value === 'string' ? value : ''] as const,
  );
  const tags = Object.fromEntries(labels) as Record<string, string>;
  return {
    tags: metric === undefined ? tags : { ...tags, metric },
    points: timestamps.flatMap((time, index): RangeSeries['points'] => {
      const value = readNumber(values[index], 'value');
      return Number.isNaN(value) ? [] : [[readTime(time, 'timestamps'), value]];
    }),
  };
}

/** Slots are whole and those of the epoch, so that one beside the window is another's and can be left out. */
function within({ points, ...one }: RangeSeries, { startAt, stepMs, count }: Grid): RangeSeries {
  const endAt = startAt + count * stepMs;
  return { ...one, points: points.filter(([end]) => end > startAt && end <= endAt) };
}

/** What is too much, or too old, comes in longer slots; a fold is one value for all. */
function refuseResolution(told: unknown, { stepMs }: Grid): void {
  if (typeof told !== 'string') return;
  const [, count, unit] = /^(\d+)([mhdw])$/.exec(told) ?? [];
  const ms = count === undefined ? undefined : Number(count) * UNITS[unit!]! * MINUTE_MS;
  if (ms === stepMs) return;
  const asked = `asked for ${stepMs / MINUTE_MS}m`;
  throw wrongAnswer(
    `in the resolution ${told}, ${asked}; shorten the window or lengthen the step, and fold nothing`,
  );
}

/** Dimensions beyond a limit are left out, and only a warning tells of it. */
function remarksOf(warnings: unknown): SourceRemark[] {
  return listOf(warnings).flatMap((text) => {
    if (typeof text !== 'string') return [];
    const isCut = /limit|exceed|ignor|truncat|too many/i.test(text);
    return [{ kind: isCut ? 'partial' : 'warning', text }];
  });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function readDynatraceError(body: string): string | undefined {
  const answer = parseJson(body);
  const error = isRecord(answer) ? answer['error'] : undefined;
  if (!isRecord(error)) return undefined;
  const violations = listOf(error['constraintViolations']).map((one) =>
    isRecord(one) ? one['message'] : undefined,
  );
  const words = [error['message'], ...violations].filter((one) => typeof one === 'string');
  return words.length === 0 ? undefined : words.join('; ');
}
