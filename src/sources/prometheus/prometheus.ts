import { Fault } from '../../errors.ts';
import type { Series } from '../../model/series.ts';
import type { HttpSourceDependencies } from '../asking/http-source.ts';
import { CONNECTION_DEFAULTS, type Connection } from '../asking/http-ask.ts';
import { createPatience } from '../asking/patience.ts';
import { moveBack, moveOf } from './answer-move.ts';
import { gridOf, type Grid } from '../grid/grid.ts';
import { createLimitChecks, DEFAULT_LIMITS } from '../grid/limits.ts';
import {
  inOrder,
  joinSeries,
  placeOnGrid,
  splitGrid,
  type RangeAnswer,
  type RangeSeries,
} from '../grid/range-series.ts';
import { createPrometheusClient, type RangeQuestion } from './prometheus-client.ts';
import { buildPrometheusQuery, isKayentaShaped } from './prometheus-query.ts';
import { textField } from '../queries/query-fields.ts';
import type { QueryProblem } from '../queries/query-problem.ts';
import type { FetchedSeries, MetricSource, SeriesRequest } from '../source.ts';

/** A Prometheus, or anything with its query API, as configured. */
export interface PrometheusAccount extends Omit<Connection, 'timeoutMs' | 'maxAnswerBytes'> {
  source?: string;
  /** Label of the instance name in Kayenta's `gce_instance` queries. */
  scopeLabel?: string;
  /** How often its server scrapes; 0 where `increase` looks at the sample before its window, as VictoriaMetrics does. */
  scrapeIntervalMs?: number;
  timeoutMs?: number;
  attempts?: number;
  /** Whether its server is a component of `/health`. */
  health?: boolean;
  maxAnswerBytes?: number;
  maxSeries?: number;
  /** In one series, gaps included. */
  maxPoints?: number;
  settleMs?: number;
}

const DEFAULTS = {
  scopeLabel: 'instance',
  ...CONNECTION_DEFAULTS,
  ...DEFAULT_LIMITS,
};

/** Prometheus gives no more points per series and request. */
const MAX_POINTS_PER_REQUEST = 11_000;
/** Queries whose problems are remembered. */
const MAX_CHECKED = 2000;

export function createPrometheusSource(
  configured: PrometheusAccount,
  dependencies: HttpSourceDependencies,
): MetricSource {
  const account = { ...DEFAULTS, ...configured };
  const { ask, listMetrics, probe } = createPrometheusClient(
    account,
    dependencies.client,
    dependencies.now,
  );
  const subject = `source "${account.name}"`;
  const limits = createLimitChecks(account.name, account);
  const patiently = createPatience(account, dependencies);
  /** Stored configs are asked for again and again, and parsing is most of what a submission costs. */
  const checked = new Map<string, QueryProblem[]>();
  /**
   * Whether this server was seen to move windows. Only then is it asked in VictoriaMetrics' own way: others
   * may refuse a parameter that they do not know.
   */
  let movesWindows = false;
  const describe = (request: SeriesRequest): string =>
    buildPrometheusQuery(request, account.scopeLabel, account.scrapeIntervalMs);

  return {
    kind: 'prometheus',
    account: account.name,
    isRemote: true,
    ...(account.settleMs === undefined ? {} : { settleMs: account.settleMs }),
    describe,
    listMetrics,
    async ping(signal) {
      const grid = {
        startAt: Math.floor(dependencies.now() / 1000) * 1000,
        stepMs: 1000,
        count: 1,
      };
      await ask({ metric: 'ping', query: 'vector(1)', grid, pastCache: false }, signal);
    },
    ...(account.health === true ? { probe } : {}),
    async check(query, stepSeconds) {
      const promql = textField(query, 'promql');
      if (promql === undefined) return [];
      const known = checked.get(`${stepSeconds} ${promql}`);
      if (known !== undefined) return known;
      const { checkPromql } = await import('./promql-check.ts'); // loading its parser takes a while
      const problems = checkPromql(promql, stepSeconds);
      if (checked.size >= MAX_CHECKED) checked.clear();
      checked.set(`${stepSeconds} ${promql}`, problems);
      return problems;
    },
    async fetch(request, signal) {
      const query = describe(request);
      const grid = gridOf(request.scope);
      limits.points(grid.count, request.metric);
      const answers: RangeAnswer[] = [];
      for (const part of splitGrid(grid, MAX_POINTS_PER_REQUEST)) {
        answers.push(await askUnmoved({ metric: request.metric, query, grid: part }, signal));
      }
      const joined = joinSeries(answers);
      limits.series(joined.length, grid.count, request.metric);
      const keepsGaps = !isKayentaShaped(request.query);
      return place(joined, request.metric, { grid, query, answers, keepsGaps });
    },
  };

  async function askUnmoved(
    question: Omit<RangeQuestion, 'pastCache'>,
    signal: AbortSignal,
  ): Promise<RangeAnswer> {
    const attempt = (pastCache: boolean) =>
      patiently(() => ask({ ...question, pastCache }, signal), signal);
    const wasKnown = movesWindows;
    const first = await attempt(wasKnown);
    if (wasKnown || moveOf(first.series, question.grid) === 0) {
      return withoutMove(first, question.grid);
    }
    movesWindows = true;
    return withoutMove(await attempt(true), question.grid);
  }

  function place(
    found: readonly RangeSeries[],
    metric: string,
    { grid, query, answers, keepsGaps }: Placing,
  ): FetchedSeries {
    try {
      const series = found.map(({ tags, points }): Series => ({
        tags,
        ...(keepsGaps ? gridded(points, grid) : closedUp(points, grid)),
        attributes: { query },
      }));
      const remarks = new Map(answers.flatMap((one) => one.remarks).map((one) => [one.text, one]));
      return { series, remarks: [...remarks.values()] };
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      const text = `${subject} answered ${thrown.message} for metric "${metric}"`;
      throw new Fault('source-answer', text, { subject });
    }
  }
}

interface Placing {
  grid: Grid;
  query: string;
  answers: readonly RangeAnswer[];
  /** False for Kayenta-shaped queries: only values that were there count, even where gaps count as 0. */
  keepsGaps: boolean;
}

function gridded(points: RangeSeries['points'], grid: Grid) {
  const { startAt, stepMs } = grid;
  return { startAt, stepMs, values: placeOnGrid(points, grid) };
}

/** Kayenta's reading of an answer: from its first instant, in the step of its first two, without gaps. */
function closedUp(points: RangeSeries['points'], grid: Grid) {
  placeOnGrid(points, grid); // an answer to another question is no less wrong here
  const sorted = inOrder(points);
  const startAt = sorted[0]?.[0] ?? grid.startAt;
  const stepMs = sorted.length < 2 ? grid.stepMs : sorted[1]![0] - startAt;
  return { startAt, stepMs, values: sorted.map(([, value]) => value) };
}

/** An answer whose instants were all moved alike is taken for what was asked, and says so. */
function withoutMove(answer: RangeAnswer, grid: Grid): RangeAnswer {
  const moveMs = moveOf(answer.series, grid);
  if (moveMs === 0) return answer;
  const text = `the server moved the window by ${moveMs / 1000} s, less than one step, whatever was asked`;
  return {
    series: moveBack(answer.series, moveMs),
    remarks: [...answer.remarks, { kind: 'info', text }],
  };
}
