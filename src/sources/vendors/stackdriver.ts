import { Fault } from '../../errors.ts';
import type { NamesQuestion } from '../asking/account-questions.ts';
import type { Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type PlannedQuestion,
} from '../asking/http-source.ts';
import { isRecord, parseJson, readObject, wrongAnswer } from '../asking/read-json.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { textField, textListField, wrongField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';
import { planKayentaStackdriver } from './kayenta/stackdriver.ts';
import { labelsOf, readPoint } from './stackdriver-points.ts';

/** Google Cloud Monitoring by filters; PromQL over it is kind `prometheus`. Kayenta-shaped queries as Kayenta sends them. */
export const createStackdriverSource: CreateSource = (account, dependencies) => {
  const project = account.options?.['project'];
  if (typeof project !== 'string') {
    const subject = `source "${account.name}"`;
    const text = `${subject} needs the project, as options: {project: my-project}`;
    throw new Fault('bad-configuration', text, { subject });
  }
  return createHttpSource(account, dependencies, {
    kind: 'stackdriver',
    manners: MANNERS,
    plan: (request) =>
      request.query['filter'] === undefined
        ? planKayentaStackdriver(request, project, timeSeriesQuestion)
        : planNative(request, project),
    probe: () => namesQuestion(project, { pageSize: '1' }),
    names: {
      takesMatch: true,
      question: (_, match) =>
        namesQuestion(project, {
          ...(match === undefined ? {} : { filter: match }),
          pageSize: '1000',
        }),
    },
  });
};

/** Types of metrics; a `filter` is one of Google's own. */
function namesQuestion(project: string, search: Record<string, string>): NamesQuestion {
  return {
    method: 'GET',
    path: `v3/projects/${encodeURIComponent(project)}/metricDescriptors`,
    search,
    tellable: Object.keys(search),
    read({ text }) {
      const { metricDescriptors = [], nextPageToken: token } = readObject(text, 'Google');
      if (!Array.isArray(metricDescriptors))
        throw wrongAnswer('metricDescriptors that are no list');
      const names = metricDescriptors.filter(isRecord).map(({ type }) => String(type));
      if (typeof token !== 'string' || token === '') return { names };
      return { names, next: namesQuestion(project, { ...search, pageToken: token }) };
    },
  };
}

const MANNERS: Manners = {
  readError(body) {
    const answer = parseJson(body);
    const error = isRecord(answer) ? answer['error'] : undefined;
    const { status, message } = isRecord(error) ? error : {};
    const words = [status, message].filter((part) => typeof part === 'string');
    return words.length === 0 ? undefined : words.join(': ');
  },
  remedies: {
    401: "; check the account's key",
    403: "; check that the account's service account may monitoring.timeSeries.list in its project",
  },
};

export const MONITORING: Dialect = {
  quotes: { '"': 'string', "'": 'string' },
  escapes: String.raw`\\[^]`,
  comments: '',
  escape(value, { kind, quote, use }) {
    if (kind === 'code') {
      if (/^-?\d+(\.\d+)?$/.test(value)) return value;
      return { refused: 'stands outside of quotes, where only a number may be: write "${...}"' };
    }
    if (/[\r\n]/.test(value)) return { refused: 'has a line break' };
    const text = use === 'regex' ? value.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`) : value;
    return text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
  },
  track: () => ({
    see: () => undefined,
    use: (before) => (/full_match\(\s*$/.test(before) ? 'regex' : ''),
  }),
};

/** Google aligns to no shorter periods. */
const LEAST_STEP_MS = 60_000;

function planNative({ query, scope }: SeriesRequest, project: string): Plan {
  const grid = bucketsOf(scope);
  if (grid.stepMs < LEAST_STEP_MS || grid.stepMs % 1000 !== 0) {
    throw new Fault('invalid-query', 'a step of stackdriver must be of whole seconds, 60 or more');
  }
  const filter = fillTemplate(textField(query, 'filter') ?? '', MONITORING, scopeValues(scope));
  const aligner = textField(query, 'aligner');
  if (aligner === undefined) throw wrongField(query, 'aligner', 'a text, such as ALIGN_DELTA');
  const reducer = textField(query, 'reducer');
  const groups = textListField(query, 'groupBy');
  if (groups.length > 0 && reducer === undefined) {
    throw new Fault('invalid-query', '"groupBy" of stackdriver needs a "reducer"');
  }
  const by = groups.length === 0 ? '' : ` by ${groups.join(', ')}`;
  return {
    query: `${filter} ${[aligner, reducer].filter(Boolean).join(' ')}${by}`,
    grid,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid, 'end'),
    questions: [
      timeSeriesQuestion(
        project,
        {
          filter,
          'interval.startTime': new Date(grid.startAt).toISOString(),
          'interval.endTime': new Date(grid.startAt + grid.count * grid.stepMs).toISOString(),
          'aggregation.alignmentPeriod': `${grid.stepMs / 1000}s`,
          'aggregation.perSeriesAligner': aligner,
          ...(reducer === undefined ? {} : { 'aggregation.crossSeriesReducer': reducer }),
          ...(groups.length === 0 ? {} : { 'aggregation.groupByFields': groups }),
          pageSize: '100000',
        },
        (series) => series.map(readSeries),
      ),
    ],
  };
}

type Search = Readonly<Record<string, string | readonly string[]>>;

/** Asks for series, page by page; `read` makes ours of them. */
function timeSeriesQuestion(
  project: string,
  search: Search,
  read: (series: Record<string, unknown>[]) => RangeSeries[],
): PlannedQuestion {
  return {
    method: 'GET',
    path: `v3/projects/${encodeURIComponent(project)}/timeSeries`,
    search,
    tellable: Object.keys(search),
    read: ({ text }): PageAnswer => {
      const { timeSeries = [], nextPageToken: token, executionErrors } = readObject(text, 'Google');
      if (Array.isArray(executionErrors) && executionErrors.length > 0) {
        const told = JSON.stringify(executionErrors);
        throw new Fault('source-unavailable', `a part of the data: ${told}`, { retryable: true });
      }
      if (!Array.isArray(timeSeries) || !timeSeries.every(isRecord)) {
        throw wrongAnswer('timeSeries that are no list');
      }
      const page = { series: read(timeSeries), remarks: [] };
      if (typeof token !== 'string' || token === '') return page;
      return { ...page, next: timeSeriesQuestion(project, { ...search, pageToken: token }, read) };
    },
  };
}

function readSeries(one: Record<string, unknown>): RangeSeries {
  const { points = [], metadata } = one;
  if (!Array.isArray(points)) throw wrongAnswer('a series whose points are no list');
  const user = isRecord(metadata) ? metadata['userLabels'] : undefined;
  const userLabels = Object.entries(isRecord(user) ? user : {});
  return {
    tags: {
      ...Object.fromEntries(userLabels.map(([name, value]) => [name, String(value)])),
      ...labelsOf(one),
    },
    points: points.map(readPoint).map(({ endAt, value }) => [endAt, value]),
  };
}
