import type { Scope } from '../../model/scope.ts';

/** The instants of a request: `startAt + i * stepMs` for i from 0 to `count - 1`. */
export interface Grid {
  startAt: number;
  stepMs: number;
  count: number;
}

/**
 * The closed grid of a scope: a window of exactly n steps has n + 1 points, its end included, because
 * Prometheus' range queries (and with them Kayenta's counts) are closed.
 */
export function gridOf(scope: Pick<Scope, 'startAt' | 'endAt' | 'stepSeconds'>): Grid {
  const stepMs = Math.round(scope.stepSeconds * 1000);
  const count = Math.max(0, Math.floor((scope.endAt - scope.startAt) / stepMs) + 1);
  return { startAt: scope.startAt, stepMs, count };
}

/** Index of the nearest grid point, also for instants outside (then < 0 or >= count). */
export function indexAt(grid: Grid, at: number): number {
  return Math.round((at - grid.startAt) / grid.stepMs);
}
