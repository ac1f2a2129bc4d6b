import { Fault } from '../../errors.ts';
import type { Probe } from '../asking/account-questions.ts';
import { asJson } from '../asking/http-ask.ts';
import type { PageAnswer, Plan } from '../asking/http-source.ts';
import { isRecord, readObject, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { readNumber, readTime } from '../grid/frames.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import { textField, textListField, wrongField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';

/** Steps that exist, in seconds, as ISO 8601 writes them. */
const STEPS = new Map([
  [60, 'PT1M'],
  [300, 'PT5M'],
  [900, 'PT15M'],
  [1800, 'PT30M'],
  [3600, 'PT1H'],
  [21_600, 'PT6H'],
  [43_200, 'PT12H'],
  [86_400, 'P1D'],
]);
const API_VERSION = '2023-10-01';
const AGGREGATIONS = ['total', 'count', 'average', 'minimum', 'maximum'];

/** Texts of a filter stand in `'`, which is doubled in one; `*` is any value. */
export const FILTER: Dialect = {
  quotes: { "'": 'string' },
  escapes: "''",
  comments: '',
  escape(value, { kind }) {
    if (kind === 'code') return { refused: "stands outside of quotes: write '${...}'" };
    if (value.includes('*')) return { refused: 'has a *, which matches anything' };
    return value.replaceAll("'", "''");
  },
};

/** One part of the id of a resource, or of the name of one. */
const RESOURCE: Dialect = {
  quotes: {},
  escapes: '',
  comments: '',
  escape: (value) =>
    /^[\p{L}\p{N}_().-]+$/u.test(value)
      ? value
      : {
          refused:
            'is no part of the id of a resource: it has other than letters, digits, _ ( ) . -',
        },
};

interface Asked {
  aggregation: string;
  interval: string;
  /** Whether several resources are asked, which the label `resource` tells apart. */
  areSeveral: boolean;
}

/** One metric of up to 50 resources of one subscription and region, which that of the account's url is. */
export function planMetrics(request: SeriesRequest, maxSeries: number): Plan {
  const { query, scope } = request;
  const { grid, remarks } = epochBucketsOf(scope);
  const interval = STEPS.get(grid.stepMs / 1000);
  if (interval === undefined) {
    const known = [...STEPS.keys()].map((seconds) => `${seconds}s`).join(', ');
    throw new Fault('invalid-query', `azure has no steps of ${grid.stepMs / 1000}s, only ${known}`);
  }
  const values = scopeValues(scope);
  const resources = textListField(query, 'resources').map((id) =>
    fillTemplate(id, RESOURCE, values),
  );
  const subscriptions = new Set(
    resources.map((id) => /^\/subscriptions\/([^/]+)\//i.exec(id)?.[1] ?? ''),
  );
  const [subscription = ''] = subscriptions;
  if (subscriptions.size !== 1 || subscription === '') {
    throw wrongField(query, 'resources', 'a list of ids of one subscription: /subscriptions/...');
  }
  const aggregation = textField(query, 'aggregation') ?? 'average';
  if (!AGGREGATIONS.includes(aggregation)) {
    throw wrongField(query, 'aggregation', `one of ${AGGREGATIONS.join(', ')}`);
  }
  const written = textField(query, 'filter');
  const filter = written === undefined ? undefined : fillTemplate(written, FILTER, values);
  const metric = textField(query, 'metric');
  const namespace = textField(query, 'namespace');
  if (metric === undefined || namespace === undefined) {
    throw new Fault(
      'invalid-query',
      'a query of azure needs a "metric" and its "namespace", or kql',
    );
  }
  const search = {
    starttime: new Date(grid.startAt).toISOString(),
    endtime: new Date(grid.startAt + grid.count * grid.stepMs).toISOString(),
    interval,
    metricnamespace: namespace,
    metricnames: metric,
    aggregation,
    // ten are told unless more are asked for, and nothing says that there are others
    ...(filter === undefined ? {} : { filter, top: String(maxSeries + 1) }),
    'api-version': API_VERSION,
  };
  const asked = { aggregation, interval, areSeveral: resources.length > 1 };
  const where = filter === undefined ? '' : ` where ${filter}`;
  return {
    query: `${aggregation} of ${namespace} ${metric}${where} of ${resources.join(', ')}`,
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      {
        method: 'POST',
        path: `subscriptions/${encodeURIComponent(subscription)}/metrics:getBatch`,
        search,
        tellable: Object.keys(search),
        ...asJson({ resourceids: resources }),
        read: ({ text }) => readBatch(text, asked),
      },
    ],
  };
}

/** One metric of one resource, of whose id the namespace is a part. */
export function oneMinuteQuestion(resource: string, metric: string, now: number): Probe {
  const [, subscription = ''] = /^\/subscriptions\/([^/]+)\//i.exec(resource) ?? [];
  const [, namespace = ''] = /\/providers\/([^/]+\/[^/]+)\/[^/]+$/i.exec(resource) ?? [];
  const endAt = Math.floor(now / 60_000) * 60_000;
  const search = {
    starttime: new Date(endAt - 60_000).toISOString(),
    endtime: new Date(endAt).toISOString(),
    interval: 'PT1M',
    metricnamespace: namespace,
    metricnames: metric,
    'api-version': API_VERSION,
  };
  return {
    method: 'POST',
    path: `subscriptions/${encodeURIComponent(subscription)}/metrics:getBatch`,
    search,
    tellable: Object.keys(search),
    ...asJson({ resourceids: [resource] }),
    read({ text }) {
      const { values } = readObject(text, 'Azure Monitor');
      if (!Array.isArray(values)) throw wrongAnswer('no values');
    },
  };
}

function readBatch(body: string, asked: Asked): PageAnswer {
  const { values } = readObject(body, 'Azure Monitor');
  if (!Array.isArray(values)) throw wrongAnswer('no values');
  const series = values.filter(isRecord).flatMap((one) => {
    const { interval, resourceid: id, value } = one;
    if (typeof interval === 'string' && interval !== asked.interval) {
      throw wrongAnswer(`in steps of ${interval}, asked for ${asked.interval}`);
    }
    const own = asked.areSeveral ? { resource: String(id).split('/').at(-1)! } : {};
    return listOf(value).flatMap((metric) => readMetric(metric, own, asked));
  });
  return { series, remarks: [] };
}

function readMetric(
  metric: unknown,
  own: Record<string, string>,
  { aggregation }: Asked,
): RangeSeries[] {
  const { errorCode, errorMessage, timeseries } = isRecord(metric) ? metric : {};
  if (typeof errorCode === 'string' && errorCode !== 'Success') {
    const words = typeof errorMessage === 'string' ? errorMessage : errorCode;
    throw new Fault('source-refused', `an error: ${words}; correct the query`);
  }
  return listOf(timeseries).map((one) => {
    const { metadatavalues: labels, data } = isRecord(one) ? one : {};
    return { tags: { ...own, ...tagsOf(labels) }, points: pointsOf(data, aggregation) };
  });
}

/** A point without the aggregation is a gap. */
function pointsOf(data: unknown, aggregation: string): RangeSeries['points'] {
  if (!Array.isArray(data)) throw wrongAnswer('a series without data');
  return data.flatMap((point): RangeSeries['points'] => {
    const { timeStamp, [aggregation]: value } = isRecord(point) ? point : {};
    const at = readTime(timeStamp, 'timeStamp');
    const number = readNumber(value, aggregation);
    return Number.isNaN(number) ? [] : [[at, number]];
  });
}

function tagsOf(labels: unknown): Record<string, string> {
  return Object.fromEntries(
    listOf(labels)
      .filter(isRecord)
      .map(({ name, value }) => [
        isRecord(name) ? String(name['value']) : '',
        typeof value === 'string' ? value : '',
      ]),
  );
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
