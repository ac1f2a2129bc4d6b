import { Fault } from '../errors.ts';
import type { Series } from '../model/series.ts';
import type { OutboundClient } from '../outbound/client.ts';
import type { AccountGuard } from './account-guard.ts';
import { DEFAULT_ATTEMPTS, waitReal, withAttempts, type Wait } from './attempts.ts';
import { moveBack, moveOf } from './answer-move.ts';
import { gridOf, type Grid } from './grid.ts';
import { inOrder, placeOnGrid, type RangeAnswer, type RangeSeries } from './prometheus-answer.ts';
import {
  createPrometheusClient,
  type PrometheusConnection,
  type RangeQuestion,
} from './prometheus-client.ts';
import { buildPrometheusQuery, isKayentaShaped } from './prometheus-query.ts';
import { textField } from './query-fields.ts';
import type { QueryProblem } from './query-problem.ts';
import type { FetchedSeries, MetricSource, SeriesRequest } from './source.ts';

/** A Prometheus, or anything with its query API, as configured. */
export interface PrometheusAccount extends Omit<
  PrometheusConnection,
  'timeoutMs' | 'maxAnswerBytes'
> {
  source: 'prometheus';
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
}

const DEFAULTS = {
  scopeLabel: 'instance',
  timeoutMs: 30_000,
  attempts: DEFAULT_ATTEMPTS.attempts,
  maxAnswerBytes: 32 * 1024 * 1024,
  maxSeries: 1000,
  maxPoints: 100_000,
};

/** Prometheus gives no more points per series and request. */
const MAX_POINTS_PER_REQUEST = 11_000;
/** Queries whose problems are remembered. */
const MAX_CHECKED = 2000;
/** Points of all series of one answer together, gaps included. */
const MAX_POINTS_TOGETHER = 2_000_000;

export function createPrometheusSource(
  configured: PrometheusAccount,
  dependencies: {
    client: OutboundClient;
    now: () => number;
    /** Bounds of all requests to this account together; none unless given. */
    guard?: AccountGuard;
    /** How the waits between attempts pass; real time unless told. */
    wait?: Wait;
  },
): MetricSource {
  const account = { ...DEFAULTS, ...configured };
  const { ask, listMetrics, probe } = createPrometheusClient(
    account,
    dependencies.client,
    dependencies.now,
  );
  const subject = `source "${account.name}"`;
  const policy = { ...DEFAULT_ATTEMPTS, attempts: account.attempts };
  const wait = dependencies.wait ?? waitReal;
  const guarded: AccountGuard['run'] = dependencies.guard?.run ?? ((attempt) => attempt());
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
      limit('points per series', grid.count, account.maxPoints, request.metric);
      const answers: RangeAnswer[] = [];
      for (const part of splitGrid(grid)) {
        answers.push(await askUnmoved({ metric: request.metric, query, grid: part }, signal));
      }
      const joined = joinSeries(answers);
      limit('series', joined.length, account.maxSeries, request.metric);
      limit('points', joined.length * grid.count, MAX_POINTS_TOGETHER, request.metric);
      const keepsGaps = !isKayentaShaped(request.query);
      return place(joined, request.metric, { grid, query, answers, keepsGaps });
    },
  };

  async function askUnmoved(
    question: Omit<RangeQuestion, 'pastCache'>,
    signal: AbortSignal,
  ): Promise<RangeAnswer> {
    const attempt = (pastCache: boolean) =>
      withAttempts({ policy, signal, wait }, () =>
        guarded(() => ask({ ...question, pastCache }, signal), signal),
      );
    const wasKnown = movesWindows;
    const first = await attempt(wasKnown);
    if (wasKnown || moveOf(first.series, question.grid) === 0) {
      return withoutMove(first, question.grid);
    }
    movesWindows = true;
    return withoutMove(await attempt(true), question.grid);
  }

  function limit(what: string, count: number, max: number, metric: string): void {
    if (count <= max) return;
    const text = `${subject} has ${count} ${what} for metric "${metric}", more than ${max}; aggregate, or take a longer step`;
    throw new Fault('source-limit', text, { subject });
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

function splitGrid({ startAt, stepMs, count }: Grid): Grid[] {
  const parts: Grid[] = [];
  for (let first = 0; first < count; first += MAX_POINTS_PER_REQUEST) {
    const size = Math.min(MAX_POINTS_PER_REQUEST, count - first);
    parts.push({ startAt: startAt + first * stepMs, stepMs, count: size });
  }
  return parts;
}

/** The same labels in two parts of a window are one series, in the order of first appearance. */
function joinSeries(answers: readonly RangeAnswer[]): RangeSeries[] {
  const joined = new Map<string, RangeSeries>();
  for (const answer of answers) {
    for (const { tags, points } of answer.series) {
      const key = JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
      const known = joined.get(key);
      joined.set(key, {
        tags,
        points: known === undefined ? points : [...known.points, ...points],
      });
    }
  }
  return [...joined.values()];
}
