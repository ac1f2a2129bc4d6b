import { Fault } from '../../errors.ts';
import { parseRetryAfter } from '../asking/attempts.ts';
import { namesIn } from '../asking/account-questions.ts';
import { asJson, type Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, readObject, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets, refuseCoarser } from '../grid/bucket-grid.ts';
import type { Grid } from '../grid/grid.ts';
import { splitGrid, type RangeSeries } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { recordField, textField, textListField, wrongField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';
import { planKayentaDatadog, readErrors, refuseErrors } from './datadog-v1.ts';

/** Points of one series that Datadog gives in the interval that was asked for; beyond, it takes a longer one. */
const MAX_POINTS_PER_REQUEST = 1500;
/** Groups of one search; the product of all limits of a query is bounded by 10,000. */
const MAX_GROUPS = 1000;

/**
 * Datadog: metrics, and counts of logs, spans and RUM events, by the v2 timeseries API; Kayenta-shaped queries by
 * v1, as Kayenta sends them.
 */
export const createDatadogSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'datadog',
    manners: MANNERS,
    plan: (request) => (isNative(request) ? planNative(request) : planKayentaDatadog(request)),
    // api/v1/validate knows the API key alone
    probe: (now) => {
      const startAt = (Math.floor(now / 60_000) - 1) * 60_000;
      return questionOf(PROBED, { startAt, stepMs: 60_000, count: 1 });
    },
    names: {
      question: (now) => ({
        method: 'GET',
        path: 'api/v1/metrics',
        search: { from: String(Math.floor(now / 1000) - 3600) },
        read: ({ text }) => ({ names: readNames(text) }),
      }),
    },
  });

/** Need not be there: what counts is that it may be asked for. */
const PROBED: Asked = {
  told: '',
  queries: [{ data_source: 'metrics', name: 'a', query: 'avg:datadog.agent.running{*}' }],
  formula: 'a',
};

const MANNERS: Manners = {
  readError: readErrors,
  // there is no Retry-After: the seconds until the next period of the limit are told instead
  retryAfterMs: (headers, now) =>
    parseRetryAfter(headers['x-ratelimit-reset'] ?? headers['retry-after'], now),
  remedies: {
    401: "; check the account's DD-API-KEY and DD-APPLICATION-KEY, and that its url is the site they belong to",
    403: "; check the account's DD-API-KEY and DD-APPLICATION-KEY (scope timeseries_query), and that its url is the site they belong to",
  },
};

/** Values of tags stand in a query without quotes, so what could end them or means more than itself is refused. */
const TAG = /^(?!-)[\p{L}\p{N}_.:/-]+$/u;
export const METRICS: Dialect = {
  quotes: {},
  escapes: '',
  comments: '',
  escape: (value) =>
    TAG.test(value)
      ? value
      : { refused: 'is no value of a tag: only letters, digits and _ . : / - may be in one' },
};

const WORD = /^(?!-|(?:AND|OR|NOT)$)[\p{L}\p{N}_./-]+$/u;
export const SEARCH: Dialect = {
  quotes: { '"': 'string' },
  escapes: String.raw`\\[^]`,
  comments: '',
  escape(value, { kind }) {
    if (kind === 'string') return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    if (WORD.test(value)) return value;
    return { refused: 'stands outside of quotes, where only a plain word may be: write "${...}"' };
  },
};

const EVENT_SOURCES = ['logs', 'spans', 'rum'] as const;

function isNative({ query }: SeriesRequest): boolean {
  return ['query', 'queries', ...EVENT_SOURCES].some((field) => query[field] !== undefined);
}

function planNative(request: SeriesRequest): Plan {
  const { grid, remarks } = epochBucketsOf(request.scope);
  const asked = askedOf(request, grid.stepMs);
  return {
    query: asked.told,
    grid,
    remarks,
    options: readSeriesOptions(request.query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: splitGrid(grid, MAX_POINTS_PER_REQUEST).map((part) => questionOf(asked, part)),
  };
}

interface Asked {
  /** For people to read. */
  told: string;
  queries: Record<string, unknown>[];
  formula: string;
}

function askedOf({ query, scope }: SeriesRequest, stepMs: number): Asked {
  const values = scopeValues(scope);
  values.set('step', String(stepMs / 1000));
  const fill = (text: string) => fillTemplate(text, METRICS, values);
  const events = EVENT_SOURCES.find((source) => query[source] !== undefined);
  if (events !== undefined) {
    const search = (text: string) => fillTemplate(text, SEARCH, values);
    return eventsOf(events, recordField(query, events), stepMs, search);
  }
  const single = textField(query, 'query');
  const named = Object.entries(
    single === undefined ? recordField(query, 'queries') : { a: single },
  );
  const queries = named.map(([name, text]) => {
    if (typeof text !== 'string') throw wrongField(query, `queries.${name}`, 'a text');
    return { data_source: 'metrics', name, query: fill(text) };
  });
  const formula = textField(query, 'formula') ?? (queries.length === 1 ? queries[0]!.name : '');
  if (formula === '') {
    throw new Fault(
      'invalid-query',
      'several "queries" of datadog need a "formula" over their names',
    );
  }
  const texts = queries.map(({ name, query }) =>
    queries.length === 1 ? query : `${name}: ${query}`,
  );
  const isPlain = queries.length === 1 && formula === queries[0]!.name;
  return { told: [...texts, ...(isPlain ? [] : [formula])].join('\n'), queries, formula };
}

function eventsOf(
  source: string,
  wanted: Record<string, unknown>,
  stepMs: number,
  fill: (text: string) => string,
): Asked {
  const own = { source: 'datadog', ...wanted };
  const search = fill(textField(own, 'search') ?? '*');
  const aggregation = textField(own, 'aggregation') ?? 'count';
  const metric = textField(own, 'metric');
  const groups = textListField(own, 'groupBy');
  const indexes = textListField(own, 'indexes');
  const compute = { aggregation, interval: stepMs, ...(metric === undefined ? {} : { metric }) };
  const limit = Math.max(1, Math.floor(MAX_GROUPS ** (1 / Math.max(1, groups.length))));
  const query = {
    data_source: source,
    name: 'a',
    search: { query: search },
    compute,
    ...(indexes.length === 0 ? {} : { indexes }),
    group_by: groups.map((facet) => ({ facet, limit, sort: { aggregation, order: 'desc' } })),
  };
  const by = groups.length === 0 ? '' : ` by ${groups.join(', ')}`;
  const of = metric === undefined ? '' : ` of ${metric}`;
  return {
    told: `${aggregation}${of} of ${source} ${search}${by}`,
    queries: [query],
    formula: 'a',
  };
}

function questionOf({ queries, formula }: Asked, grid: Grid): PlannedQuestion {
  const { startAt, stepMs, count } = grid;
  const attributes = {
    from: startAt,
    to: startAt + count * stepMs,
    interval: stepMs,
    queries,
    formulas: [{ formula }],
  };
  return {
    method: 'POST',
    path: 'api/v2/query/timeseries',
    tellable: [],
    ...asJson({ data: { type: 'timeseries_request', attributes } }),
    read: ({ text }) => readTimeseries(text, grid),
  };
}

/** `values[i][j]` is the value of `series[i]` at `times[j]`, which is the start of its interval. */
function readTimeseries(body: string, grid: Grid): PageAnswer {
  const answer = readObject(body, 'the Datadog API');
  refuseErrors(body);
  const attributes = isRecord(answer['data']) ? answer['data']['attributes'] : undefined;
  const { times, series, values } = isRecord(attributes) ? attributes : {};
  if (!Array.isArray(times) || !Array.isArray(series) || !Array.isArray(values)) {
    throw wrongAnswer('a timeseries without times, series or values');
  }
  const instants = times.map((time) => (typeof time === 'number' ? time : NaN));
  if (instants.some((at) => Number.isNaN(at))) throw wrongAnswer('a time that is no number');
  refuseCoarser(instants, grid); // where it would make too many points
  return {
    series: series.map((one, index) => ({
      tags: tagsOf(isRecord(one) ? one['group_tags'] : undefined),
      points: pointsOf(instants, (values as unknown[])[index]),
    })),
    remarks: [],
  };
}

function pointsOf(times: readonly number[], values: unknown): RangeSeries['points'] {
  if (!Array.isArray(values) || values.length !== times.length) {
    throw wrongAnswer('a series that has not one value for each time');
  }
  return times.flatMap((at, index): RangeSeries['points'] => {
    const value: unknown = values[index];
    if (value === null) return [];
    if (typeof value !== 'number') throw wrongAnswer('a value that is no number');
    return [[at, value]];
  });
}

/** `key:value`, cut at the first colon; several values of one key are joined by commas. */
function tagsOf(groups: unknown): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const group of Array.isArray(groups) ? groups : []) {
    if (typeof group !== 'string') continue;
    const colon = group.indexOf(':');
    const key = colon < 0 ? group : group.slice(0, colon);
    const value = colon < 0 ? '' : group.slice(colon + 1);
    tags[key] = Object.hasOwn(tags, key) ? `${tags[key]},${value}` : value;
  }
  return tags;
}

function readNames(body: string): string[] {
  return namesIn(readObject(body, 'the Datadog API')['metrics'], 'list of metrics');
}
