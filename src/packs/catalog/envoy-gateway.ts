import type { Pack } from '../pack.ts';

export const envoyGateway: Pack = {
  name: 'envoy-gateway',
  title: 'Envoy Gateway, by cluster of a backend',
  priority: 21,
  scope: 'whole envoy_cluster_name',
  parameters: {},
  detect: ['envoy_cluster_upstream_rq_xx', 'envoy_cluster_upstream_rq_time_bucket'],
  warmup: '2m',
  select: 'envoy_cluster_name="${scope}"',
  traffic: {
    requests: 'envoy_cluster_upstream_rq_xx',
    failed: 'envoy_response_code_class="5"',
    histogram: 'envoy_cluster_upstream_rq_time',
    unit: 'ms',
    slowerThan: 250,
  },
  metrics: [],
  traps: [
    'A route with weights may be one cluster for both sides, which cannot be told apart then.',
  ],
};
