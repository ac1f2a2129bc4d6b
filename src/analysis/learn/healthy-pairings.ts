import type { HealthyRun } from '../../judges/judge.ts';
import type { MetricConfig } from '../../model/config.ts';
import type { HealthyAnalysis } from '../run/judge-input.ts';
import { tagKey } from '../tags.ts';

/** One baseline series of a healthy analysis. */
export interface BaselineSeries {
  metric: string;
  tags: Record<string, string>;
  values: readonly number[];
  /** Of a count: what its events were counted out of. */
  exposure?: readonly number[];
}

/** The baselines of one healthy analysis, on one grid. */
export interface BaselineWindow {
  analysisId: string;
  startAt: number;
  stepMs: number;
  length: number;
  series: BaselineSeries[];
}

/** Two sides that are alike: neither is a canary. */
export interface HealthyPairing {
  /** Analyses whose data are in it: pairings without a common one are independent. */
  analyses: readonly string[];
  runs: PairedSeries[];
}

export type PairedSeries = Pick<BaselineSeries, 'metric' | 'tags'> & HealthyRun;

/** The baselines of an analysis; undefined when a metric has no data, or another step than the first. */
export function baselineWindow(
  { analysisId, result }: HealthyAnalysis,
  metrics: readonly MetricConfig[],
): BaselineWindow | undefined {
  const stepMs = result.pairs[0]?.baseline.stepMs ?? 0;
  const pairs = result.pairs.filter(
    ({ metric, baseline }) =>
      metrics.some(({ name }) => name === metric) &&
      baseline.stepMs === stepMs &&
      baseline.values.some(Number.isFinite),
  );
  const isWhole = metrics.every(({ name }) => pairs.some(({ metric }) => metric === name));
  if (!isWhole || !(stepMs > 0)) return undefined;
  return {
    analysisId,
    stepMs,
    startAt: Math.min(...pairs.map(({ baseline }) => baseline.startAt)),
    length: Math.max(...pairs.map(({ baseline }) => baseline.values.length)),
    series: pairs.map(({ id, metric, tags, baseline }) => {
      const exposure = result.exposures?.[id]?.baseline;
      const common = { metric, tags, values: baseline.values };
      return exposure === undefined ? common : { ...common, exposure };
    }),
  };
}

/**
 * Windows of one step and length: the newest one's step, and the length that half of these reach, up to
 * `longest` samples. Longer ones are cut, shorter ones left out.
 */
export function equalWindows(
  windows: readonly BaselineWindow[],
  longest: number,
): BaselineWindow[] {
  const same = windows.filter(({ stepMs }) => stepMs === windows[0]?.stepMs);
  const lengths = same.map(({ length }) => length).sort((a, b) => a - b);
  const common = Math.min(longest, lengths[(lengths.length - 1) >> 1] ?? 0);
  return same
    .filter(({ length }) => length >= common)
    .map((window) => ({
      ...window,
      length: common,
      series: window.series.map((series) => cut(series, common)),
    }));
}

function cut({ exposure, ...series }: BaselineSeries, length: number): BaselineSeries {
  const values = series.values.slice(0, length);
  return exposure === undefined
    ? { ...series, values }
    : { ...series, values, exposure: exposure.slice(0, length) };
}

/**
 * Every two windows that share no time, each series against its equal. The older one is the baseline in
 * every other pairing, so that growth over the weeks does not always point to one side.
 */
export function pairWindows(windows: readonly BaselineWindow[]): HealthyPairing[] {
  return windows.flatMap((newer, i) =>
    windows.slice(i + 1).flatMap((older, j) => {
      if (overlap(newer, older)) return [];
      const [canary, baseline] = j % 2 === 0 ? [newer, older] : [older, newer];
      const runs = canary.series.flatMap((series) => {
        const partner = baseline.series.find((other) => isEqual(series, other));
        return partner === undefined ? [] : [pairSeries(partner, series)];
      });
      const metrics = new Set(canary.series.map(({ metric }) => metric));
      const isWhole = [...metrics].every((name) => runs.some(({ metric }) => metric === name));
      return isWhole ? [{ analyses: [canary.analysisId, baseline.analysisId], runs }] : [];
    }),
  );
}

/** Series that came without times begin at 0, which says nothing. */
function overlap(a: BaselineWindow, b: BaselineWindow): boolean {
  if (a.startAt === 0 || b.startAt === 0) return false;
  return a.startAt < b.startAt + b.length * b.stepMs && b.startAt < a.startAt + a.length * a.stepMs;
}

function isEqual(a: BaselineSeries, b: BaselineSeries): boolean {
  return a.metric === b.metric && tagKey(a.tags) === tagKey(b.tags);
}

function pairSeries(baseline: BaselineSeries, canary: BaselineSeries): PairedSeries {
  const { metric, tags } = canary;
  const values = { metric, tags, baseline: baseline.values, canary: canary.values };
  if (baseline.exposure === undefined || canary.exposure === undefined) return values;
  return { ...values, exposure: { baseline: baseline.exposure, canary: canary.exposure } };
}

/** Within each window every other series of a metric against the rest; only windows where each metric has several. */
export function pairHalves(
  windows: readonly BaselineWindow[],
  metrics: readonly MetricConfig[],
): HealthyPairing[] {
  return windows.flatMap(({ analysisId, series }) => {
    const runs = metrics.flatMap((metric) => {
      const own = series
        .filter((candidate) => candidate.metric === metric.name)
        .sort((a, b) => (tagKey(a.tags) < tagKey(b.tags) ? -1 : 1));
      if (own.length < 2) return [];
      const half = (rest: number) =>
        merge(
          metric,
          own.filter((_, k) => k % 2 === rest),
        );
      return [pairSeries(half(0), half(1))];
    });
    return runs.length === metrics.length ? [{ analyses: [analysisId], runs }] : [];
  });
}

/** Events and exposures add up, and a gap makes one; anything else is averaged over those that are there. */
function merge({ name, kind }: MetricConfig, series: readonly BaselineSeries[]): BaselineSeries {
  const combine = (rows: readonly (readonly number[])[]) =>
    Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, i) => {
      const values = rows.map((row) => row[i] ?? NaN).filter(Number.isFinite);
      const sum = values.reduce((total, value) => total + value, 0);
      if (kind === 'count') return values.length < rows.length ? NaN : sum;
      return sum / values.length;
    });
  const merged = { metric: name, tags: {}, values: combine(series.map(({ values }) => values)) };
  const exposures = series.map(({ exposure }) => exposure).filter((row) => row !== undefined);
  return exposures.length < series.length ? merged : { ...merged, exposure: combine(exposures) };
}
