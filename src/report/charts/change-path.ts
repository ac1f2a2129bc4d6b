import type { MetricJudgement } from '../../model/judgement/judgement.ts';
import { shownChange } from '../../model/judgement/shown-change.ts';
import type { Pair } from '../../model/series.ts';

/** What was known of a change at a moment, as ratios of canary to baseline; absent = nothing yet. */
export interface ChangeMoment {
  at: number;
  estimate: number | undefined;
  lower: number | undefined;
  upper: number | undefined;
}

/** A moment at which something was decided. */
export interface Turn {
  at: number;
  word: string;
}

export interface ChangePath {
  /** `looks`: valid at each of them; `window`: one interval, which is of the whole window. */
  kind: 'looks' | 'window';
  moments: ChangeMoment[];
  turn?: Turn;
}

/** How a change and its interval came to be; undefined where no ratio was tested. */
export function changePathOf(metric: MetricJudgement, pair: Pair): ChangePath | undefined {
  const shown = shownChange(metric);
  if (shown === undefined) return undefined;
  const { sequential } = metric;
  const { startAt, stepMs, values } = pair.canary;
  const path = sequential?.path;
  if (sequential === undefined || path === undefined) {
    const { estimate, lower, upper, isMixed } = shown;
    const ends = isMixed ? { lower: undefined, upper: undefined } : { lower, upper };
    const endAt = startAt + Math.max(1, values.length - 1) * stepMs;
    const moments = [startAt, endAt].map((at) => ({ at, estimate, ...ends }));
    return { kind: 'window', moments };
  }
  const atOf = (samples: number) => startAt + (path.first + samples - 1) * stepMs;
  const moments = path.samples.map((samples, i) => ({
    at: atOf(samples),
    estimate: path.estimate[i] ?? undefined,
    lower: path.lower[i] ?? undefined,
    upper: path.upper[i] ?? undefined,
  }));
  const { decidedAt, confirmed, confirmedAt } = sequential;
  if (isKnown(decidedAt))
    return { kind: 'looks', moments, turn: { at: atOf(decidedAt), word: 'failed' } };
  if (confirmed && isKnown(confirmedAt)) {
    return { kind: 'looks', moments, turn: { at: atOf(confirmedAt), word: 'margin ruled out' } };
  }
  return { kind: 'looks', moments };
}

function isKnown(samples: number | null): samples is number {
  return samples !== null && Number.isFinite(samples);
}

/** Canary by baseline at each step that both have, as a ratio; a step without both, or with a baseline of 0, is NaN. */
export function pointwiseRatios({ baseline, canary }: Pair): number[] {
  const shift = Math.round((canary.startAt - baseline.startAt) / canary.stepMs);
  const isSameTime = Math.abs(shift) < Math.min(baseline.values.length, canary.values.length) / 2;
  const offset = isSameTime ? shift : 0;
  return canary.values.map((value, i) => {
    const other = baseline.values[i + offset] ?? NaN;
    return other > 0 ? value / other : NaN;
  });
}
