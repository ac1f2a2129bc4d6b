import type { Pack } from '../pack.ts';

export const kong: Pack = {
  name: 'kong',
  title: 'Kong gateways from 3.0 on, by service',
  priority: 24,
  scope: 'label service',
  parameters: {},
  detect: ['kong_http_requests_total', 'kong_upstream_latency_ms_bucket'],
  warmup: '2m',
  select: 'service="${scope}"',
  traffic: {
    requests: 'kong_http_requests_total',
    failed: 'code=~"5.."',
    histogram: 'kong_upstream_latency_ms',
    unit: 'ms',
    slowerThan: 250,
  },
  metrics: [],
  traps: ['The plugin must have status_code_metrics and latency_metrics switched on.'],
};
