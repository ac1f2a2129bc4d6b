import type { TestContext } from 'node:test';
import { createOutboundClient } from '../../src/outbound/client.ts';
import {
  createPrometheusSource,
  type PrometheusAccount,
} from '../../src/sources/prometheus/prometheus.ts';
import type { FetchedSeries, MetricSource, SeriesRequest } from '../../src/sources/source.ts';
import {
  startStubServer,
  type StubAnswer,
  type StubHandler,
  type StubServer,
} from './stub-server.ts';

/** Sent as a credential; must never be seen in a fault. */
export const SECRET = 's3cret-token';
export const NOW = Date.parse('2026-01-15T12:00:00Z');
export const REQUEST: SeriesRequest = {
  metric: 'latency p99',
  query: { source: 'prometheus', promql: 'up{app="${scope}"}' },
  side: 'canary',
  scope: {
    scope: 'checkout',
    location: '',
    startAt: 1_000_000,
    endAt: 1_180_000,
    stepSeconds: 60,
    parameters: {},
  },
  templates: {},
};

export interface Bench {
  source: MetricSource;
  server: StubServer;
  /** Waits between attempts, in milliseconds; none of them really passes. */
  waits: number[];
  close(): Promise<void>;
}

/** A Prometheus source that asks a stub server, three attempts each. */
export async function openBench(
  handler: StubHandler,
  account: Partial<PrometheusAccount> = {},
): Promise<Bench> {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source' });
  const waits: number[] = [];
  const source = createPrometheusSource(
    {
      source: 'prometheus',
      name: 'prod-prom',
      url: server.url,
      attempts: 3,
      timeoutMs: 5000,
      ...account,
    },
    {
      client,
      now: () => NOW,
      wait: async (ms) => {
        waits.push(ms);
      },
    },
  );
  return {
    source,
    server,
    waits,
    async close() {
      await client.close();
      await server.close();
    },
  };
}

/** The bench of one test, closed when it ends. */
export async function bench(
  t: TestContext,
  handler: StubHandler,
  account: Partial<PrometheusAccount> = {},
): Promise<Bench> {
  const made = await openBench(handler, account);
  t.after(() => made.close());
  return made;
}

/** A good answer with these points, one list a series. */
export function matrix(values: unknown[][], more: Record<string, unknown> = {}): StubAnswer {
  const result = values.map((points, index) => ({
    metric: { __name__: 'up', pod: `p${index}` },
    values: points,
  }));
  return {
    body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, ...more }),
  };
}

export const GOOD = matrix([
  [
    [1000, '1'],
    [1060, '2'],
    [1120, '3'],
    [1180, '4'],
  ],
]);

export function fetchSeries(
  source: MetricSource,
  signal = AbortSignal.timeout(10_000),
): Promise<FetchedSeries> {
  return source.fetch(REQUEST, signal);
}
