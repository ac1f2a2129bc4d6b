import type { CanaryConfig } from '../../model/config.ts';
import { MANN_WHITNEY_JUDGE } from '../../judges/mann-whitney/judge.ts';
import { parseConfig } from '../../model/native-format.ts';
import { ERRORS, latencyName, REQUESTS, SLOW, type AlignedTests } from './align-tests.ts';

/** Of a step with fewer requests such a quantile is its slowest request. */
const QUANTILES: readonly { share: number; leastRequests: number }[] = [
  { share: 0.5, leastRequests: 1 },
  { share: 0.95, leastRequests: 20 },
  { share: 0.99, leastRequests: 100 },
];
export const USUAL_QUANTILES: readonly number[] = QUANTILES.map(({ share }) => share);

/** What is judged of two load tests where no config says it: errors and slow requests as counts, and the latency. */
export function usualConfig({
  series,
  slowMs,
  requestsOfStep,
  isOfSummaries,
}: AlignedTests): CanaryConfig {
  const has = (name: string) =>
    [series.baseline, series.canary].every((side) =>
      side[name]?.some(({ values }) => values.some(Number.isFinite)),
    );
  const query = { source: 'inline' as const };
  const counted = {
    kind: 'count' as const,
    query,
    exposure: query,
    direction: 'increase' as const,
  };
  const quantiles = QUANTILES.filter(
    ({ share, leastRequests }) => requestsOfStep >= leastRequests && has(latencyName(share)),
  );
  return parseConfig({
    name: 'load-tests',
    // of a test that is over, in steps of seconds, all is looked at once
    judge: MANN_WHITNEY_JUDGE,
    // tests of their own do not go on from each other
    ...(isOfSummaries ? { judgeOptions: { preset: 'white' as const } } : {}),
    metrics: [
      { name: ERRORS, group: 'errors', ...counted },
      ...(Number.isNaN(slowMs) || !has(SLOW) ? [] : [{ name: SLOW, group: 'latency', ...counted }]),
      ...quantiles.map(({ share }) => ({
        name: latencyName(share),
        group: 'latency',
        unit: 'ms',
        query,
        direction: 'increase' as const,
      })),
    ],
  });
}

/** What was chosen, in one line. */
export function tellUsual({ metrics }: CanaryConfig, { slowMs }: AlignedTests): string {
  const names = metrics.map(({ name }) =>
    name === SLOW ? `${SLOW} (longer than ${Number(slowMs.toPrecision(3))} ms)` : name,
  );
  return `without --config, judged are ${names.join(', ')}, out of ${REQUESTS} where they are counted`;
}
