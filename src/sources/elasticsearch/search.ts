import { Fault } from '../../errors.ts';
import { asJson } from '../asking/http-ask.ts';
import type { PageAnswer, Plan, PlannedQuestion } from '../asking/http-source.ts';
import { isRecord, readObject, wrongAnswer } from '../asking/read-json.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { readNumber } from '../grid/frames.ts';
import type { Grid } from '../grid/grid.ts';
import { splitGrid, type RangeSeries } from '../grid/range-series.ts';
import { fillTree } from '../queries/fill-tree.ts';
import { recordField, textField, textListField, wrongField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';
import { fillFilter } from './lucene.ts';

/** Buckets of one answer, of all series together, are bounded by 65,535 unless a cluster says otherwise. */
const MAX_STEPS_ALONE = 60_000;
const MAX_STEPS_GROUPED = 600;

const NUMBERS = new Set([
  'avg',
  'sum',
  'min',
  'max',
  'cardinality',
  'value_count',
  'median_absolute_deviation',
]);
/** Answer a list, of which one is asked for here: by this field. */
const LISTS: Readonly<Record<string, string>> = {
  percentiles: 'percents',
  percentile_ranks: 'values',
};

/** Names of indexes that nothing can be added to. */
const INDEX: Dialect = {
  quotes: {},
  escapes: '',
  comments: '',
  escape: (value) =>
    /^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u.test(value)
      ? value
      : { refused: 'is no part of the name of an index' },
};

interface Search {
  index: string;
  timeField: string;
  filter: unknown;
  /** Undefined: documents are counted. */
  value: Record<string, unknown> | undefined;
  groupBy: readonly string[];
  maxSeries: number;
}

/** Buckets begin where the window does, by an offset, so none is cut. */
export function planSearch(request: SeriesRequest, maxSeries: number): Plan {
  const { query, scope } = request;
  const values = scopeValues(scope);
  const groupBy = textListField(query, 'groupBy');
  const [kind, settings] = valueOf(request);
  const filter =
    query['filter'] === undefined
      ? { match_all: {} }
      : fillTree(recordField(query, 'filter'), values, { fill: fillFilter });
  const search: Search = {
    index: fillTemplate(textField(query, 'index') ?? '', INDEX, values),
    timeField: textField(query, 'timeField') ?? '@timestamp',
    filter,
    value: kind === 'count' ? undefined : { [kind]: settings },
    groupBy,
    maxSeries,
  };
  if (/^\.*$/.test(search.index)) throw wrongField(query, 'index', 'a text');
  const grid = bucketsOf(scope);
  const by = groupBy.length === 0 ? '' : ` by ${groupBy.join(', ')}`;
  const of = kind === 'count' ? '' : ` ${JSON.stringify(settings)}`;
  return {
    query: `${kind}${of}${by} of ${search.index}: ${JSON.stringify(filter)}`,
    grid,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: splitGrid(grid, groupBy.length === 0 ? MAX_STEPS_ALONE : MAX_STEPS_GROUPED).map(
      (part) => questionOf(search, part),
    ),
  };
}

function valueOf({ query }: SeriesRequest): [kind: string, settings: Record<string, unknown>] {
  if (query['value'] === undefined) return ['count', {}];
  const [[kind, settings] = ['', {}], ...others] = Object.entries(recordField(query, 'value'));
  if (others.length > 0 || !isRecord(settings)) {
    throw wrongField(query, 'value', 'one aggregation with its settings');
  }
  const listed = LISTS[kind];
  if (listed === undefined) {
    if (kind === 'count' || NUMBERS.has(kind)) return [kind, settings];
    const known = ['count', ...NUMBERS, ...Object.keys(LISTS)].join(', ');
    throw wrongField(query, 'value', `one of ${known}`);
  }
  const wanted = settings[listed];
  if (!Array.isArray(wanted) || wanted.length !== 1) {
    throw wrongField(query, `value.${kind}.${listed}`, 'a list of one number');
  }
  return [kind, { ...settings, keyed: false }];
}

function questionOf(search: Search, grid: Grid): PlannedQuestion {
  const { index } = search;
  return {
    method: 'POST',
    path: `${encodeURIComponent(index)}/_search`,
    search: {
      // what is missing must be told: a pattern without an index is answered like one without documents
      allow_no_indices: 'false',
      ignore_unavailable: 'false',
      allow_partial_search_results: 'false',
    },
    tellable: [],
    ...asJson(bodyOf(search, grid)),
    read: ({ text }) => readSearch(text, search),
  };
}

function bodyOf({ timeField, filter, value, groupBy, maxSeries }: Search, grid: Grid): object {
  const { startAt, stepMs, count } = grid;
  const window = { gte: startAt, lt: startAt + count * stepMs, format: 'epoch_millis' };
  const offsetMs = ((startAt % stepMs) + stepMs) % stepMs;
  const time = {
    date_histogram: {
      field: timeField,
      fixed_interval: stepMs % 1000 === 0 ? `${stepMs / 1000}s` : `${stepMs}ms`,
      offset: `+${offsetMs}ms`,
      min_doc_count: 1,
    },
    ...(value === undefined ? {} : { aggs: { value } }),
  };
  const size = maxSeries + 1; // one more than may be, so that it is seen
  const [field, ...more] = groupBy;
  const groups =
    more.length === 0
      ? { terms: { field, size } }
      : { multi_terms: { terms: groupBy.map((one) => ({ field: one })), size } };
  return {
    size: 0,
    track_total_hits: false,
    query: { bool: { filter: [{ range: { [timeField]: window } }, filter] } },
    aggs: field === undefined ? { time } : { labels: { ...groups, aggs: { time } } },
  };
}

function readSearch(body: string, search: Search): PageAnswer {
  const answer = readObject(body, 'Elasticsearch');
  const { timed_out: timedOut, _shards: shards, aggregations: found } = answer;
  const failed = isRecord(shards) ? Number(shards['failed'] ?? 0) : 0;
  if (timedOut === true || failed > 0) {
    const what = timedOut === true ? 'it ran out of time' : `${failed} of its shards failed`;
    throw new Fault('source-unavailable', `a part alone, as ${what}`, { retryable: true });
  }
  if (!isRecord(shards)) throw wrongAnswer('something that is no answer to a search');
  if (!isRecord(found)) return { series: [], remarks: [] };
  if (search.groupBy.length === 0) {
    const points = pointsOf(found['time'], search);
    return { series: points.length === 0 ? [] : [{ tags: {}, points }], remarks: [] };
  }
  const { labels } = found;
  if (isRecord(labels) && Number(labels['sum_other_doc_count'] ?? 0) > 0) {
    const text = `a part of more than ${search.maxSeries} series; group by fewer fields, or filter`;
    throw new Fault('source-limit', text);
  }
  const series = bucketsIn(labels).map((bucket): RangeSeries => ({
    tags: tagsOf(bucket, search.groupBy),
    points: pointsOf(bucket['time'], search),
  }));
  return { series, remarks: [] };
}

/** One field has its value as a key, several a list of theirs; only of one the text of a flag or a date is told. */
function tagsOf(bucket: Record<string, unknown>, groupBy: readonly string[]) {
  const { key, key_as_string: text } = bucket;
  const keys: unknown[] = Array.isArray(key) ? key : [typeof text === 'string' ? text : key];
  if (keys.length !== groupBy.length) throw wrongAnswer('a group without a key for each field');
  return Object.fromEntries(groupBy.map((field, index) => [field, String(keys[index])]));
}

function pointsOf(time: unknown, { value }: Search): RangeSeries['points'] {
  return bucketsIn(time).flatMap((bucket): RangeSeries['points'] => {
    const { key, doc_count: count } = bucket;
    if (typeof key !== 'number') throw wrongAnswer('a bucket without a time');
    if (value === undefined) return [[key, readNumber(count, 'doc_count')]];
    const read = readNumber(measuredOf(bucket['value']), 'value');
    return Number.isNaN(read) ? [] : [[key, read]];
  });
}

function measuredOf(value: unknown): unknown {
  if (!isRecord(value)) throw wrongAnswer('a bucket without a value');
  const { values } = value;
  if (!Array.isArray(values)) return value['value'];
  const [first] = values as unknown[];
  return isRecord(first) ? first['value'] : undefined;
}

function bucketsIn(aggregation: unknown): Record<string, unknown>[] {
  const buckets = isRecord(aggregation) ? aggregation['buckets'] : undefined;
  if (Array.isArray(buckets) && buckets.every(isRecord)) return buckets;
  throw wrongAnswer('an aggregation without buckets');
}
