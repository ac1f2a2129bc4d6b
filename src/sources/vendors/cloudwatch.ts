import { Fault } from '../../errors.ts';
import type { NamesQuestion, Probe } from '../asking/account-questions.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, readObject, wrongAnswer } from '../asking/read-json.ts';
import type { SourceQuery } from '../../model/config.ts';
import { epochBucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { readNumber, readTime } from '../grid/frames.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { recordField, textField, wrongField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest, SourceRemark } from '../source.ts';
import { CLOUDWATCH_MANNERS } from './cloudwatch-refusal.ts';

/** Amazon CloudWatch by GetMetricData: metrics, metric math, SEARCH and Metrics Insights. */
export const createCloudwatchSource: CreateSource = (account, dependencies) => {
  const { signing } = account;
  const signed =
    signing?.type === 'sigv4'
      ? { ...account, signing: { ...signing, service: 'monitoring' } }
      : account;
  return createHttpSource(signed, dependencies, {
    kind: 'cloudwatch',
    manners: CLOUDWATCH_MANNERS,
    plan,
    probe: probeOf,
    names: { question: () => namesQuestion({}) },
  });
};

/** One metric that need not be there, by the right that queries need; `ListMetrics` has one of its own. */
function probeOf(now: number): Probe {
  const endAt = Math.floor(now / 60_000) * 60;
  const Metric = { Namespace: 'AWS/Usage', MetricName: 'CallCount', Dimensions: [] };
  const body = {
    StartTime: endAt - 60,
    EndTime: endAt,
    MetricDataQueries: [
      { Id: 'm', ReturnData: true, MetricStat: { Metric, Period: 60, Stat: 'Sum' } },
    ],
  };
  return pageQuestion(body, { id: 'm', hasLabels: false });
}

function namesQuestion(body: Record<string, unknown>): NamesQuestion {
  return {
    method: 'POST',
    path: '',
    tellable: [],
    ...asTarget('ListMetrics', body),
    read({ text }) {
      const { Metrics, NextToken: token } = readObject(text, 'CloudWatch');
      if (!Array.isArray(Metrics)) throw wrongAnswer('without Metrics');
      const names = Metrics.filter(isRecord).map(
        ({ Namespace, MetricName }) => `${String(Namespace)} ${String(MetricName)}`,
      );
      if (typeof token !== 'string' || token === '') return { names };
      return { names, next: namesQuestion({ NextToken: token }) };
    },
  };
}

/** What stands in JSON as a value of its own needs no escape. */
const VALUE: Dialect = { quotes: {}, escapes: '', comments: '', escape: (value) => value };

const TEXT = /^[\p{L}\p{N}_.:/@#+=][\p{L}\p{N} _.:/@#+=-]*$/u;
const WORDS = /(?:^| )(?:AND|OR|NOT)(?: |$)/i;
/** Metric math, SEARCH and SQL: their strings have no escapes that are told, so signs of them are refused. */
export const EXPRESSION: Dialect = {
  quotes: { "'": 'string', '"': 'string' },
  escapes: '',
  comments: '',
  escape(value, { kind }) {
    if (kind === 'code') {
      if (/^-?\d+(\.\d+)?$/.test(value)) return value;
      return { refused: 'stands outside of quotes, where only a number may be' };
    }
    if (TEXT.test(value) && !WORDS.test(value)) return value;
    return {
      refused:
        'has a sign or word that means more in an expression: only letters, digits, blanks and _ . : / @ # + = - may be in it; "dimensions" take any text',
    };
  },
};

/** Seconds; longer ones are multiples of a minute. */
const SHORT_PERIODS = [1, 5, 10, 20, 30];
const MAX_POINTS_PER_PAGE = 100_800;

function plan(request: SeriesRequest): Plan {
  const { query, scope } = request;
  const { grid, remarks } = epochBucketsOf(scope);
  const period = grid.stepMs / 1000;
  if (period % 60 !== 0 && !SHORT_PERIODS.includes(period)) {
    throw invalid('a step of cloudwatch must be 1, 5, 10, 20 or 30 seconds, or whole minutes');
  }
  const queries = queriesOf(request, period);
  const returned = queries.find(({ ReturnData }) => ReturnData)!;
  const hasLabels = /\bSEARCH\s*\(|\bGROUP\s+BY\b/i.test(returned.Expression ?? '');
  const body = {
    StartTime: grid.startAt / 1000,
    EndTime: grid.startAt / 1000 + grid.count * period,
    ScanBy: 'TimestampAscending',
    MaxDatapoints: MAX_POINTS_PER_PAGE,
    MetricDataQueries: queries,
  };
  return {
    query: queries.map((one) => tellQuery(one, queries.length)).join('\n'),
    grid,
    remarks,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [pageQuestion(body, { id: returned.Id, hasLabels })],
  };
}

interface DataQuery {
  Id: string;
  ReturnData: boolean;
  Label?: string;
  MetricStat?: {
    Metric: {
      Namespace: string;
      MetricName: string;
      Dimensions: { Name: string; Value: string }[];
    };
    Period: number;
    Stat: string;
  };
  Expression?: string;
  Period?: number;
}

/** One metric, one statement of SQL, or several queries of which the last (or that of `returns`) is the answer. */
function queriesOf({ query, scope }: SeriesRequest, period: number): DataQuery[] {
  const values = scopeValues(scope);
  values.set('step', String(period));
  const one = (written: Record<string, unknown>, id: string, isAnswer: boolean): DataQuery => {
    const own: SourceQuery = { ...written, source: 'cloudwatch' };
    const expression = textField(own, 'expression') ?? textField(own, 'sql');
    const label = textField(own, 'label');
    const common = {
      Id: id,
      ReturnData: isAnswer,
      ...(label === undefined ? {} : { Label: fillTemplate(label, VALUE, values) }),
    };
    if (expression !== undefined) {
      return {
        ...common,
        Expression: fillTemplate(expression, EXPRESSION, values),
        Period: period,
      };
    }
    const dimensions = own['dimensions'] === undefined ? {} : recordField(own, 'dimensions');
    const Dimensions = Object.entries(dimensions).map(([Name, value]) => {
      if (typeof value !== 'string') throw wrongField(own, `dimensions.${Name}`, 'a text');
      return { Name, Value: fillTemplate(value, VALUE, values) };
    });
    const [Namespace, MetricName, Stat] = ['namespace', 'metric', 'stat'].map((name) => {
      const text = textField(own, name);
      if (text === undefined) throw wrongField(own, name, 'a text');
      return text;
    });
    const Metric = { Namespace: Namespace!, MetricName: MetricName!, Dimensions };
    return { ...common, MetricStat: { Metric, Period: period, Stat: Stat! } };
  };
  const listed = query['queries'];
  if (listed === undefined) return [one(query, 'm', true)];
  if (!Array.isArray(listed) || listed.length === 0 || !listed.every(isRecord)) {
    throw wrongField(query, 'queries', 'a list of queries');
  }
  const ids = listed.map((written) => textField({ ...written, source: 'cloudwatch' }, 'id') ?? '');
  const wrong = ids.find((id, index) => !/^[a-z]\w*$/.test(id) || ids.indexOf(id) !== index);
  if (wrong !== undefined) {
    throw invalid(
      `"${wrong}" is no "id" of its own that begins with a small letter, in "queries" of cloudwatch`,
    );
  }
  const answer = textField(query, 'returns') ?? ids.at(-1)!;
  if (!ids.includes(answer)) throw wrongField(query, 'returns', `one of ${ids.join(', ')}`);
  return listed.map((written, index) => one(written, ids[index]!, ids[index] === answer));
}

function tellQuery({ Id, Expression, MetricStat }: DataQuery, of: number): string {
  const name = of === 1 ? '' : `${Id}: `;
  if (MetricStat === undefined) return `${name}${Expression ?? ''}`;
  const { Metric, Stat } = MetricStat;
  const dimensions = Metric.Dimensions.map((one) => `${one.Name}=${one.Value}`).join(', ');
  return `${name}${Stat} of ${Metric.Namespace} ${Metric.MetricName} {${dimensions}}`;
}

interface Wanted {
  id: string;
  /** Whether the expression makes several series, which only their labels tell apart. */
  hasLabels: boolean;
}

function pageQuestion(body: Record<string, unknown>, wanted: Wanted): PlannedQuestion {
  return {
    method: 'POST',
    path: '',
    tellable: [],
    ...asTarget('GetMetricData', body),
    read: ({ text }) => {
      const { page, token } = readPage(text, wanted);
      if (token === undefined) return page;
      return { ...page, next: pageQuestion({ ...body, NextToken: token }, wanted) };
    },
  };
}

function asTarget(operation: string, document: object) {
  return {
    body: JSON.stringify(document),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
    },
  };
}

function readPage(body: string, wanted: Wanted): { page: PageAnswer; token: string | undefined } {
  const answer = readObject(body, 'CloudWatch');
  const { MetricDataResults: results, NextToken: next, Messages } = answer;
  if (!Array.isArray(results)) throw wrongAnswer('without MetricDataResults');
  const token = typeof next === 'string' && next !== '' ? next : undefined;
  const own = results.filter(isRecord).filter(({ Id }) => Id === wanted.id);
  for (const { StatusCode, Messages: told } of own) {
    refuseStatus(StatusCode, token, tellMessages(told).join('; '));
  }
  const remarks = [Messages, ...own.map((one) => one['Messages'])].flatMap(tellMessages);
  const page = {
    series: own.map((one) => seriesOf(one, wanted)).filter(({ points }) => points.length > 0),
    remarks: remarks.map((text): SourceRemark => ({
      kind: 'warning',
      text: `CloudWatch: ${text}`,
    })),
  };
  return { page, token };
}

function seriesOf(result: Record<string, unknown>, { hasLabels }: Wanted): RangeSeries {
  const { Label, Timestamps: times, Values: values } = result;
  if (!Array.isArray(times) || !Array.isArray(values) || times.length !== values.length) {
    throw wrongAnswer('a result that has not one value for each timestamp');
  }
  return {
    tags: hasLabels ? { label: typeof Label === 'string' ? Label : '' } : {},
    points: times.map((at, index) => [
      readTime(at, 'Timestamps'),
      readNumber(values[index], 'Values'),
    ]),
  };
}

/** Math has no pages, so what is partial there stays partial. */
function refuseStatus(status: unknown, token: string | undefined, said: string): void {
  const words = said === '' ? '' : `: ${said}`;
  if (status === 'InternalError') {
    throw new Fault('source-unavailable', `an InternalError${words}`, { retryable: true });
  }
  if (status === 'Forbidden') {
    throw new Fault('source-refused', `Forbidden${words}; check what the account's keys may read`);
  }
  if (status === 'PartialData' && token === undefined) {
    throw new Fault('source-limit', `a part of the data${words}; ask for fewer metrics or points`);
  }
}

function tellMessages(messages: unknown): string[] {
  return (Array.isArray(messages) ? messages : [])
    .filter(isRecord)
    .map(({ Code, Value }) => [Code, Value].filter((part) => typeof part === 'string').join(': '));
}

function invalid(text: string): Fault {
  return new Fault('invalid-query', text);
}
