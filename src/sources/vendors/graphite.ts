import { Fault } from '../../errors.ts';
import { namesIn } from '../asking/account-questions.ts';
import { asForm, type Manners } from '../asking/http-ask.ts';
import { createHttpSource, type PageAnswer, type Plan } from '../asking/http-source.ts';
import { isRecord, readList, wrongAnswer } from '../asking/read-json.ts';
import { epochBucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { gridOf, type Grid } from '../grid/grid.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions, type SeriesOptions } from '../queries/series-options.ts';
import { fillTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import type { SeriesRequest } from '../source.ts';

/** Graphite, and what answers its `/render`; Kayenta-shaped queries as Kayenta sends them. */
export const createGraphiteSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'graphite',
    manners: MANNERS,
    plan: (request) =>
      request.query['target'] === undefined ? planKayenta(request) : planNative(request),
    probe: () => ({
      method: 'GET',
      path: 'metrics/find',
      search: { query: '*', format: 'treejson' },
      read: ({ text }) => void readList(text, 'Graphite'),
    }),
    names: {
      // metrics/find tells one level of the tree
      question: () => ({
        method: 'GET',
        path: 'metrics/index.json',
        read: ({ text }) => ({ names: namesIn(readList(text, 'Graphite'), 'list') }),
      }),
    },
  });

/** Mistakes come as a line of text, or as a web page, which is not repeated. */
const MANNERS: Manners = {
  readError: (body) => (/^\s*</.test(body) ? undefined : body.trim().slice(0, 2000) || undefined),
};

/** A part of a path has no quotes, so what could end it, or matches more than itself, is refused. */
const PART = /^[A-Za-z0-9_=-]+$/;

export const GRAPHITE: Dialect = {
  quotes: { "'": 'string', '"': 'string' },
  escapes: '',
  comments: '',
  escape(value, { kind }) {
    if (kind === 'code') {
      if (PART.test(value)) return value;
      return { refused: 'is no part of a path: only letters, digits and _ = - may be in one' };
    }
    // `name=~x` of seriesByTag is a regular expression, and `!=` another question
    if (/['"\\\n]/.test(value) || /^[~!]/.test(value)) {
      return {
        refused: 'has a quote, a backslash, or ~ or ! in front, which no text of Graphite can hold',
      };
    }
    return value;
  },
};

function planNative(request: SeriesRequest): Plan {
  const { query, scope } = request;
  const { grid, remarks } = epochBucketsOf(scope);
  const values = scopeValues(scope);
  values.set('step', `${scope.stepSeconds}s`);
  const target = fillTemplate(textField(query, 'target') ?? '', GRAPHITE, values);
  checkBalance(target);
  const options = readSeriesOptions(query);
  return {
    query: target,
    grid,
    remarks,
    options,
    place: placeGraphite,
    questions: [
      {
        method: 'POST',
        path: 'render',
        tellable: [],
        ...asForm({
          target,
          // points lie in (from, until]: a second earlier, so that one at the start is in
          from: String(Math.ceil(grid.startAt / 1000) - 1),
          until: String(Math.floor((grid.startAt + grid.count * grid.stepMs) / 1000) - 1),
          format: 'json',
          noCache: '1', // answers are kept for a minute otherwise
        }),
        read: ({ text }) => readRender(text, options),
      },
    ],
  };
}

/** An unbalanced text is answered by an empty list, as if nothing matched. */
function checkBalance(target: string): void {
  const bare = target.replaceAll(/'[^']*'|"[^"]*"/g, '');
  const open: string[] = [];
  const pairs: Record<string, string> = { ')': '(', '}': '{', ']': '[' };
  for (const sign of bare) {
    if ('({['.includes(sign)) open.push(sign);
    else if (pairs[sign] !== undefined && open.pop() !== pairs[sign]) open.push('!', '!');
  }
  if (open.length === 0 && !/['"]/.test(bare)) return;
  throw new Fault('invalid-query', `target "${target}" has a bracket or quote without its other`);
}

function readRender(body: string, { labels }: Pick<SeriesOptions, 'labels'>): PageAnswer {
  const series = readList(body, 'Graphite').map((item): RangeSeries => {
    const { target, tags = {}, datapoints } = isRecord(item) ? item : {};
    if (typeof target !== 'string' || !isRecord(tags) || !Array.isArray(datapoints)) {
      throw wrongAnswer('a series without target or datapoints');
    }
    const all = datapoints.map(readPoint);
    const every = intervalOf(all.map(([at]) => at));
    const labels = Object.entries(tags).map(([key, value]) => [key, String(value)] as const);
    return {
      tags: { ...Object.fromEntries(labels), target },
      points: all.filter(([, value]) => !Number.isNaN(value)),
      ...(every === undefined ? {} : { stepMs: every }),
    };
  });
  if (series.length === 1 && labels === undefined)
    return { series: series.map(unnamed), remarks: [] };
  return { series, remarks: [] };
}

/** The name of a series is what was asked for, so it names its side; one alone needs none to be told apart. */
function unnamed(series: RangeSeries): RangeSeries {
  const tags = Object.entries(series.tags).filter(([key]) => key !== 'name' && key !== 'target');
  return { ...series, tags: Object.fromEntries(tags) };
}

/** One interval for all: a window that is partly older than the fine archive comes in a coarser one. */
function intervalOf(times: readonly number[]): number | undefined {
  const steps = new Set(times.slice(1).map((at, index) => at - times[index]!));
  if (steps.size > 1) throw wrongAnswer('points in different intervals; take a younger window');
  return [...steps][0];
}

function readPoint(item: unknown): [number, number] {
  if (Array.isArray(item) && typeof item[1] === 'number') {
    const [value, at] = item as [unknown, number];
    if (value === null) return [at * 1000, NaN];
    if (typeof value === 'number') return [at * 1000, value];
  }
  throw wrongAnswer('a point that is no [number, seconds]');
}

/** The interval must be the step: only the query can say how several points become one. */
function placeGraphite({ points, stepMs }: RangeSeries, grid: Grid): number[] {
  if (stepMs === undefined || stepMs === grid.stepMs) return placeBuckets(points, grid);
  const told = `every ${stepMs / 1000}s, asked for ${grid.stepMs / 1000}s`;
  throw wrongAnswer(
    `${told}; write summarize(..., '\${step}', 'sum', true), or take a step of ${stepMs / 1000}s`,
  );
}

/** Kayenta's query: `$scope` and `$location` replaced as plain text, an empty one left standing. */
function planKayenta({ query, scope }: SeriesRequest): Plan {
  const named = textField(query, 'metricName') ?? '';
  const target = (['scope', 'location'] as const).reduce(
    (text, name) => (scope[name] === '' ? text : text.replaceAll(`$${name}`, () => scope[name])),
    named,
  );
  return {
    query: target,
    grid: gridOf(scope),
    place: ({ points, stepMs = 1000 }) => ({
      startAt: points[0]?.[0] ?? 0,
      stepMs,
      values: points.map(([, value]) => value),
    }),
    questions: [
      {
        method: 'GET',
        path: 'render',
        search: {
          target,
          from: String(Math.floor(scope.startAt / 1000)),
          until: String(Math.floor(scope.endAt / 1000)),
          format: 'json',
        },
        tellable: ['target', 'from', 'until', 'format'],
        read: ({ text }) => ({ series: readList(text, 'Graphite').map(readKayenta), remarks: [] }),
      },
    ],
  };
}

function readKayenta(item: unknown): RangeSeries {
  const { datapoints } = isRecord(item) ? item : {};
  if (!Array.isArray(datapoints)) throw wrongAnswer('a series without datapoints');
  const points = datapoints.map(readPoint);
  const [first, second] = points;
  if (first === undefined || second === undefined) return { tags: {}, points };
  return { tags: {}, points, stepMs: second[0] - first[0] };
}
