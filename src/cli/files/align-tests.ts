import { Fault } from '../../errors.ts';
import type { Side } from '../../model/scope.ts';
import { formatDuration } from '../../model/time/duration.ts';
import type { LoadStep, LoadTest } from '../../sources/files/load-tests/load-test.ts';
import { STEPS_MS } from '../../sources/files/load-tests/request-steps.ts';
import type { SeriesByMetric } from '../../sources/files/place-points.ts';
import type { FileOptions } from './file-options.ts';

/** Steps that a test should have: values that depend on each other are worth a fraction of their number. */
const GOOD_STEPS = 120;
/** By so much two tests may differ in length and are still taken for the same plan. */
const CUT_SHARE = 0.1;
/** More than that, and latencies are those of another load. */
const LOAD_RATIO = 1.2;

export interface AlignedTests {
  series: Record<Side, SeriesByMetric>;
  stepMs: number;
  /** What a slow request takes longer than; NaN where no file has latencies of requests. */
  slowMs: number;
  /** Median of the requests in a step, of the side that has fewer. */
  requestsOfStep: number;
  /** Whether each step is a test of its own. */
  isOfSummaries: boolean;
  notes: string[];
}

/**
 * Puts two load tests, which ran at different times, on one grid that begins with each: time counts from a file's first
 * step. First and last steps are left out, for they are partly before or after the load, and so is the ramp-up.
 *
 * @param quantiles as shares, 0.95 for `latency p95`
 */
export function alignTests(
  tests: Record<Side, LoadTest>,
  quantiles: readonly number[],
  options: FileOptions,
): AlignedTests {
  const stepMs = chooseStep(tests, options);
  const slowMs = options.slowMs ?? usualLimit(tests.baseline);
  const own = {
    baseline: cut(tests.baseline, stepMs, options),
    canary: cut(tests.canary, stepMs, options),
  };
  const [shorter, longer] = [own.baseline.length, own.canary.length].toSorted((a, b) => a - b) as [
    number,
    number,
  ];
  const isSamePlan = longer - shorter <= Math.max(1, longer * CUT_SHARE);
  const steps = isSamePlan
    ? { baseline: own.baseline.slice(0, shorter), canary: own.canary.slice(0, shorter) }
    : own;
  const startAt = tests.canary.startAt ?? 0;
  const of = (side: Side) => seriesOf(steps[side], { quantiles, slowMs, startAt, stepMs });
  return {
    series: { baseline: of('baseline'), canary: of('canary') },
    stepMs,
    slowMs,
    isOfSummaries: tests.canary.isSummary === true,
    requestsOfStep: Math.min(medianLoad(steps.baseline), medianLoad(steps.canary)),
    notes: [
      ...(isSamePlan ? [] : [otherLength(own, stepMs)]),
      ...tellLoad(medianLoad(steps.baseline), medianLoad(steps.canary)),
    ],
  };
}

/** The longest step that still leaves enough of them, or the one that was asked for. */
function chooseStep(tests: Record<Side, LoadTest>, { stepMs }: FileOptions): number {
  const sides = [tests.baseline, tests.canary];
  const finest = Math.max(...sides.map((test) => test.stepMs));
  if (sides.some(({ isSummary }) => isSummary === true)) {
    if (sides.every(({ isSummary }) => isSummary === true)) return finest;
    throw new Fault(
      'invalid-request',
      'one side is a test with times and the other is summaries without: give both in one form',
    );
  }
  if (stepMs !== undefined) {
    if (sides.every((test) => stepMs % test.stepMs === 0)) return stepMs;
    const shown = formatDuration(finest);
    throw new Fault(
      'invalid-request',
      `--step ${formatDuration(stepMs)} must be a multiple of ${shown}, the steps that tests of this length or form are read in`,
    );
  }
  const lastsMs = Math.min(...sides.map((test) => test.length * test.stepMs));
  return STEPS_MS.findLast((step) => step <= lastsMs / GOOD_STEPS && step > finest) ?? finest;
}

function usualLimit(baseline: LoadTest): number {
  const [whole] = baseline.steps(baseline.stepMs * baseline.length);
  return whole === undefined || Number.isNaN(whole.latencies.slowerThan(0))
    ? NaN
    : whole.latencies.quantile(0.95);
}

function cut(test: LoadTest, stepMs: number, { rampUpMs = 0, forMs }: FileOptions): LoadStep[] {
  const steps = test.steps(stepMs);
  const edge = test.isSummary === true ? 0 : 1;
  const from = Math.max(edge, Math.ceil(rampUpMs / stepMs));
  const to = forMs === undefined ? Infinity : from + Math.floor(forMs / stepMs);
  return steps.slice(from, Math.min(steps.length - edge, to));
}

function seriesOf(
  steps: readonly LoadStep[],
  grid: { quantiles: readonly number[]; slowMs: number; startAt: number; stepMs: number },
): SeriesByMetric {
  const { quantiles, slowMs, startAt, stepMs } = grid;
  const series = (values: number[]) => [{ tags: {}, startAt, stepMs, values, attributes: {} }];
  return Object.fromEntries([
    [REQUESTS, series(steps.map(({ requests }) => requests))],
    [ERRORS, series(steps.map(({ errors }) => errors))],
    [SLOW, series(steps.map(({ latencies }) => latencies.slowerThan(slowMs)))],
    ...quantiles.map((share) => [
      latencyName(share),
      series(steps.map(({ latencies }) => latencies.quantile(share))),
    ]),
  ]);
}

export const REQUESTS = 'requests';
export const ERRORS = 'errors';
export const SLOW = 'slow requests';

export function latencyName(share: number): string {
  return `latency p${Number((share * 100).toFixed(6))}`;
}

/** The share of a metric that is a quantile of the latency, such as `latency p99.9`; undefined for any other. */
export function latencyShare(name: string): number | undefined {
  const [, percent] = /^latency p(\d{1,2}(?:\.\d+)?)$/.exec(name) ?? [];
  return percent === undefined ? undefined : Number((Number(percent) / 100).toFixed(8));
}

function medianLoad(steps: readonly LoadStep[]): number {
  return steps.map(({ requests }) => requests).toSorted((a, b) => a - b)[steps.length >> 1] ?? 0;
}

function otherLength(own: Record<Side, LoadStep[]>, stepMs: number): string {
  const text = (side: Side) => formatDuration(own[side].length * stepMs) || '0s';
  return `the baseline has ${text('baseline')} of load, the canary ${text('canary')}: what the one has more is missing on the other; where that is meant, compare the same length with --for`;
}

function tellLoad(baseline: number, canary: number): string[] {
  const ratio = canary / baseline;
  if (!(ratio > LOAD_RATIO || ratio < 1 / LOAD_RATIO)) return [];
  return [
    `the canary got ${Number(ratio.toPrecision(2))} times the requests of the baseline: latencies under another load may differ for that alone`,
  ];
}
