import type { Pack } from '../pack.ts';

export const haproxy: Pack = {
  name: 'haproxy',
  title: 'HAProxy with its own exporter, by servers of a backend',
  priority: 25,
  scope: 'what the names of the servers begin with, before digits',
  parameters: { proxy: 'name of the backend' },
  detect: ['haproxy_server_http_responses_total', 'haproxy_server_total_time_average_seconds'],
  warmup: '2m',
  select: 'proxy="${proxy}",server=~"${scope}[0-9]*"',
  traffic: { requests: 'haproxy_server_http_responses_total', failed: 'code="5xx"' },
  metrics: [
    {
      name: 'total time',
      group: 'latency',
      unit: 's',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.25 },
      noData: 'ignore',
      promql: 'avg(haproxy_server_total_time_average_seconds{SEL})',
    },
    {
      name: 'connection errors',
      group: 'errors',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      noData: 'ignore',
      events: 'haproxy_server_connection_errors_total{SEL}',
      outOf: ['haproxy_server_http_responses_total{SEL}'],
    },
  ],
  traps: [
    'There is no histogram: times are means of the last 1,024 requests, whatever the window.',
  ],
};
