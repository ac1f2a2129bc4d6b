import { Fault } from '../../errors.ts';

export const DEFAULT_LIMITS = { maxSeries: 1000, maxPoints: 100_000 };

/** Points of all series of one answer together, gaps included. */
const MAX_POINTS_TOGETHER = 2_000_000;

export interface SeriesLimits {
  maxSeries: number;
  /** In one series, gaps included. */
  maxPoints: number;
}

/** What one query may bring; each check throws `source-limit`, which says what to do. */
export interface LimitChecks {
  points(count: number, metric: string): void;
  series(count: number, pointsEach: number, metric: string): void;
}

export function createLimitChecks(
  account: string,
  { maxSeries, maxPoints }: SeriesLimits,
): LimitChecks {
  const subject = `source "${account}"`;
  const limit = (what: string, count: number, max: number, metric: string): void => {
    if (count <= max) return;
    const text = `${subject} has ${count} ${what} for metric "${metric}", more than ${max}; aggregate, or take a longer step`;
    throw new Fault('source-limit', text, { subject });
  };
  return {
    points: (count, metric) => limit('points per series', count, maxPoints, metric),
    series(count, pointsEach, metric) {
      limit('series', count, maxSeries, metric);
      limit('points', count * pointsEach, MAX_POINTS_TOGETHER, metric);
    },
  };
}
