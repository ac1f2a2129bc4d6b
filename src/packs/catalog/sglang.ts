import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const sglang: Pack = {
  name: 'sglang',
  title: 'SGLang model servers',
  priority: 15,
  scope: POD_SCOPE,
  parameters: NAMESPACE,
  detect: ['sglang:num_requests_total', 'sglang:time_to_first_token_seconds_bucket'],
  warmup: '10m',
  select: `namespace="\${namespace}",${PODS}`,
  metrics: [
    {
      name: 'aborted',
      group: 'errors',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      critical: true,
      events: 'sglang:num_aborted_requests_total{SEL}',
      outOf: ['sglang:num_requests_total{SEL}'],
    },
    {
      name: 'time to first token p95',
      group: 'latency',
      unit: 's',
      direction: 'increase',
      tolerance: { increase: 1.15 },
      noData: 'ignore',
      promql:
        'histogram_quantile(0.95, sum by (le) (rate(sglang:time_to_first_token_seconds_bucket{SEL}[${countWindow}])))',
    },
    {
      name: 'inter-token latency p95',
      group: 'latency',
      unit: 's',
      direction: 'increase',
      tolerance: { increase: 1.15 },
      noData: 'ignore',
      promql:
        'histogram_quantile(0.95, sum by (le) (rate(sglang:inter_token_latency_seconds_bucket{SEL}[${countWindow}]) or rate(sglang:time_per_output_token_seconds_bucket{SEL}[${countWindow}])))',
    },
    {
      name: 'queue',
      group: 'saturation',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      muted: true,
      promql: 'avg(sum by (pod) (sglang:num_queue_reqs{SEL}))',
    },
    {
      name: 'token pool use',
      group: 'saturation',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.25 },
      noData: 'ignore',
      muted: true,
      promql: 'avg(sglang:token_usage{SEL})',
    },
  ],
  traps: [
    'The server needs --enable-metrics.',
    'Load follows the share of traffic, not the version: queue and pool use are muted.',
  ],
};
