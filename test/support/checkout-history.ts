import type { HistoryFamily } from './prometheus.ts';

/** Names of the three workloads of the history, as values of the label `app`. */
export const CHECKOUT = {
  baseline: 'checkout-baseline',
  healthy: 'checkout-healthy',
  faulty: 'checkout-faulty',
  namespace: 'shop',
  startAt: Date.parse('2026-01-15T10:00:00Z'),
  endAt: Date.parse('2026-01-15T11:00:00Z'),
} as const;

interface Workload {
  app: string;
  errorRate: number;
  /** Seconds. */
  medianLatency: number;
}

const WORKLOADS: Workload[] = [
  { app: CHECKOUT.baseline, errorRate: 0.01, medianLatency: 0.12 },
  { app: CHECKOUT.healthy, errorRate: 0.01, medianLatency: 0.12 },
  { app: CHECKOUT.faulty, errorRate: 0.06, medianLatency: 0.2 },
];
const PODS = ['a', 'b'];
const BUCKETS = [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, Infinity];
const SAMPLE_EVERY_MS = 15_000;
/** History before the first minute, so that a rate at the start has something to look back on. */
const LEAD_MS = 300_000;
const REQUESTS_PER_SAMPLE = 150;
const LATENCY_SIGMA = 0.5;

/**
 * One hour of an HTTP service, two pods per workload, a sample every 15 s: the baseline, a healthy
 * canary drawn from the same distributions, and a faulty one (errors 6 % instead of 1 %, latency
 * 1.7 times). Families: `http_requests_total`, `http_errors_total`, the histogram
 * `http_request_duration_seconds` and the gauge `memory_bytes`; labels `app`, `namespace`, `pod`.
 */
export function checkoutHistory(seed = 1): HistoryFamily[] {
  const random = seededRandom(seed);
  const families: CheckoutFamilies = {
    requests: { name: 'http_requests', type: 'counter', samples: [] },
    errors: { name: 'http_errors', type: 'counter', samples: [] },
    latency: { name: 'http_request_duration_seconds', type: 'histogram', samples: [] },
    memory: { name: 'memory_bytes', type: 'gauge', samples: [] },
  };
  for (const workload of WORKLOADS) {
    for (const pod of PODS) recordPod(families, workload, pod, random);
  }
  return Object.values(families);
}

type CheckoutFamilies = Record<'requests' | 'errors' | 'latency' | 'memory', HistoryFamily>;

function recordPod(
  { requests, errors, latency, memory }: CheckoutFamilies,
  workload: Workload,
  pod: string,
  random: () => number,
): void {
  const { app } = workload;
  const labels = { app, namespace: CHECKOUT.namespace, pod: `${app}-${pod}` };
  const sum = { requests: 0, errors: 0, seconds: 0, buckets: BUCKETS.map(() => 0) };
  for (let at = CHECKOUT.startAt - LEAD_MS; at <= CHECKOUT.endAt; at += SAMPLE_EVERY_MS) {
    serve(workload, sum, random);
    requests.samples.push({ suffix: '_total', labels, at, value: sum.requests });
    errors.samples.push({ suffix: '_total', labels, at, value: sum.errors });
    memory.samples.push({ suffix: '', labels, at, value: 2e8 + 1e7 * normal(random) });
    latency.samples.push({ suffix: '_count', labels, at, value: sum.requests });
    latency.samples.push({ suffix: '_sum', labels, at, value: sum.seconds });
    for (const [index, bound] of BUCKETS.entries()) {
      const le = bound === Infinity ? '+Inf' : String(bound);
      const value = sum.buckets[index]!;
      latency.samples.push({ suffix: '_bucket', labels: { ...labels, le }, at, value });
    }
  }
}

/** Adds the requests of one sampling interval to the running sums. */
function serve(
  workload: Workload,
  sum: { requests: number; errors: number; seconds: number; buckets: number[] },
  random: () => number,
): void {
  const count = Math.max(1, Math.round(REQUESTS_PER_SAMPLE + 12 * normal(random)));
  for (let request = 0; request < count; request += 1) {
    const seconds = workload.medianLatency * Math.exp(LATENCY_SIGMA * normal(random));
    sum.requests += 1;
    sum.seconds += seconds;
    if (random() < workload.errorRate) sum.errors += 1;
    for (const [index, bound] of BUCKETS.entries()) if (seconds <= bound) sum.buckets[index]! += 1;
  }
}

/** Mulberry32: small, and the same numbers everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
