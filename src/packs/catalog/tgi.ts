import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const tgi: Pack = {
  name: 'tgi',
  title: 'Text Generation Inference model servers',
  priority: 15,
  scope: POD_SCOPE,
  parameters: NAMESPACE,
  detect: ['tgi_request_count', 'tgi_request_duration_bucket'],
  warmup: '10m',
  select: `namespace="\${namespace}",${PODS}`,
  metrics: [
    {
      name: 'errors',
      group: 'errors',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      critical: true,
      events: 'tgi_request_failure{SEL}',
      outOf: ['tgi_request_count{SEL}'],
    },
    {
      name: 'time for each token p95',
      group: 'latency',
      unit: 's',
      direction: 'increase',
      tolerance: { increase: 1.15 },
      noData: 'ignore',
      promql:
        'histogram_quantile(0.95, sum by (le) (rate(tgi_request_mean_time_per_token_duration_bucket{SEL}[${countWindow}])))',
    },
    {
      name: 'queue time p95',
      group: 'latency',
      unit: 's',
      direction: 'increase',
      tolerance: { increase: 1.3 },
      noData: 'ignore',
      promql:
        'histogram_quantile(0.95, sum by (le) (rate(tgi_request_queue_duration_bucket{SEL}[${countWindow}])))',
    },
    {
      name: 'queue',
      group: 'saturation',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      muted: true,
      promql: 'avg(tgi_queue_size{SEL})',
    },
  ],
  traps: [
    'There is no time to the first token.',
    'The queue follows the share of traffic, not the version: it is muted.',
  ],
};
