import { normal, seededRandom } from './checkout-history.ts';
import type { HistoryFamily } from './prometheus.ts';

type Labels = Record<string, string>;

/** One side of a workload as its exporter tells of it. */
interface Side {
  labels: Labels;
  isFaulty?: boolean;
  /** How long before the end it was started. */
  hours?: number;
  /** Requests in each scrape. */
  traffic?: number;
}

const SCRAPE_MS = 15_000;
const HOURS = 7;
const SIGMA = 0.5;
const MILLISECONDS = [10, 25, 50, 100, 200, 250, 500, 1000, 2500, 5000];
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * The last seven hours up to `endAt` of three kinds of workloads, scraped every 15 s, each with a healthy and a faulty
 * rollout under way: Istio under Flagger (`checkout`, and `cart` with a faulty canary), Spring Boot as ReplicaSets
 * (`orders`, `billing`), OpenTelemetry by versions (`search`, `mail`). Faulty ones fail five times as often and take
 * twice as long.
 */
export function rolloutHistory(endAt: number, seed = 3): HistoryFamily[] {
  const families = new Map<string, HistoryFamily>();
  const random = seededRandom(seed);
  const record = (side: Side, write: (side: Side, add: Add, random: () => number) => void) => {
    const start = endAt - (side.hours ?? HOURS) * 3_600_000;
    const times = Array.from(
      { length: Math.floor((endAt - start) / SCRAPE_MS) + 1 },
      (_, index) => start + index * SCRAPE_MS,
    );
    const add: Add = (name, labels, value) => {
      const family = families.get(name) ?? { name, type: 'gauge', samples: [] };
      families.set(name, family);
      for (const at of times) {
        family.samples.push({
          suffix: '',
          labels: { ...side.labels, ...labels },
          at,
          value: value(at),
        });
      }
    };
    write(side, add, random);
  };
  for (const side of ISTIO) record(side, istio);
  for (const side of SPRING) record(side, spring);
  for (const side of OTEL) record(side, otel);
  return [...families.values()];
}

type Add = (name: string, labels: Labels, value: (at: number) => number) => void;

const mesh = (workload: string, rest: Partial<Side> = {}): Side => ({
  labels: {
    reporter: 'destination',
    destination_workload_namespace: 'shop',
    destination_workload: workload,
    destination_app: workload,
  },
  ...rest,
});
const ISTIO = [
  mesh('checkout-primary'),
  mesh('checkout'),
  mesh('checkout-db'),
  mesh('cart-primary'),
  mesh('cart', { isFaulty: true }),
];

const pod = (app: string, name: string, rest: Partial<Side> = {}): Side => ({
  labels: { namespace: 'shop', app, pod: name },
  ...rest,
});
const SPRING = [
  pod('orders', 'orders-6c9d7b5f48-m4vbn'),
  pod('orders', 'orders-7f88b9d6c4-x2l9k', { hours: 4 }),
  pod('billing', 'billing-5bcf8d7f9c-q8zrt'),
  pod('billing', 'billing-66b7c9d4f8-k5wnd', { hours: 4, isFaulty: true }),
];

const version = (job: string, service_version: string, rest: Partial<Side> = {}): Side => ({
  labels: { job, service_version, instance: `${service_version}:8080` },
  ...rest,
});
const OTEL = [
  version('shop/search', 'v41'),
  version('shop/search', 'v42', { hours: 4 }),
  version('shop/mail', 'v9'),
  version('shop/mail', 'v10', { hours: 4, isFaulty: true }),
  // two versions serve while a third one is rolled out
  version('shop/profile', 'v7', { hours: 3 }),
  version('shop/profile', 'v8', { hours: 2 }),
  version('shop/profile', 'v9', { hours: 1 }),
];

function istio(side: Side, add: Add, random: () => number): void {
  requests(side, add, random, {
    count: 'istio_requests_total',
    label: 'response_code',
    words: ['200', '503'],
  });
  latencies(side, add, random, {
    name: 'istio_request_duration_milliseconds',
    median: 120,
    bounds: MILLISECONDS,
  });
}

function spring(side: Side, add: Add, random: () => number): void {
  const uri = { uri: '/orders' };
  requests(side, add, random, {
    count: 'http_server_requests_seconds_count',
    label: 'outcome',
    words: ['SUCCESS', 'SERVER_ERROR'],
    more: uri,
  });
  const median = side.isFaulty === true ? 0.24 : 0.12;
  let total = 0;
  add('http_server_requests_seconds_sum', { ...uri, outcome: 'SUCCESS' }, () => {
    total += (side.traffic ?? TRAFFIC) * median * (1 + 0.05 * normal(random));
    return total;
  });
  const heap = { area: 'heap', id: 'G1 Old Gen' };
  add('jvm_memory_used_bytes', heap, () => 2e8 * (1 + 0.05 * normal(random)));
  add('jvm_memory_max_bytes', heap, () => 4e8);
  let [pauses, seconds] = [0, 0];
  add('jvm_gc_pause_seconds_count', {}, () => (pauses += poisson(2, random)));
  add('jvm_gc_pause_seconds_sum', {}, () => (seconds += 0.02 * (1 + 0.1 * normal(random))));
}

function otel(side: Side, add: Add, random: () => number): void {
  const name = 'http_server_request_duration_seconds';
  const label = 'http_response_status_code';
  let failed = 0;
  add(`${name}_count`, { [label]: '500' }, () => (failed += poisson(failures(side), random)));
  latencies(side, add, random, { name, median: 0.12, bounds: SECONDS, more: { [label]: '200' } });
}

const TRAFFIC = 60;
const ERROR_SHARE = 0.05;

function failures({ isFaulty, traffic = TRAFFIC }: Side): number {
  return traffic * ERROR_SHARE * (isFaulty === true ? 5 : 1);
}

function requests(
  side: Side,
  add: Add,
  random: () => number,
  {
    count,
    label,
    words,
    more = {},
  }: { count: string; label: string; words: [string, string]; more?: Labels },
): void {
  const failed = failures(side);
  let [good, bad] = [0, 0];
  add(count, { ...more, [label]: words[0] }, () => {
    good += poisson((side.traffic ?? TRAFFIC) - failed, random);
    return good;
  });
  add(count, { ...more, [label]: words[1] }, () => (bad += poisson(failed, random)));
}

function latencies(
  side: Side,
  add: Add,
  random: () => number,
  {
    name,
    median,
    bounds,
    more = {},
  }: { name: string; median: number; bounds: number[]; more?: Labels },
): void {
  const own = side.isFaulty === true ? 2 * median : median;
  const sums = bounds.map(() => 0);
  const rows = new Map<number, number[]>();
  let [count, total] = [0, 0];
  add(`${name}_count`, more, (at) => {
    const served = poisson(side.traffic ?? TRAFFIC, random);
    for (let request = 0; request < served; request += 1) {
      const took = own * Math.exp(SIGMA * normal(random));
      total += took;
      for (const [index, bound] of bounds.entries()) if (took <= bound) sums[index]! += 1;
    }
    count += served;
    rows.set(at, [...sums, count, total]);
    return count;
  });
  for (const [index, bound] of bounds.entries()) {
    add(`${name}_bucket`, { ...more, le: String(bound) }, (at) => rows.get(at)![index]!);
  }
  add(`${name}_bucket`, { ...more, le: '+Inf' }, (at) => rows.get(at)!.at(-2)!);
  add(`${name}_sum`, more, (at) => rows.get(at)!.at(-1)!);
}

function poisson(mean: number, random: () => number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > limit) {
    count += 1;
    product *= random();
  }
  return count;
}
