import { NAMESPACE, type Pack } from '../pack.ts';

export const contour: Pack = {
  name: 'contour',
  title: 'Contour, by service',
  priority: 20,
  scope: 'name of the service',
  parameters: { ...NAMESPACE, port: 'port of the service' },
  detect: ['envoy_cluster_upstream_rq', 'envoy_cluster_upstream_rq_time_bucket'],
  warmup: '2m',
  select: 'envoy_cluster_name="${namespace}_${scope}_${port}"',
  traffic: {
    requests: 'envoy_cluster_upstream_rq',
    failed: 'envoy_response_code=~"5.."',
    histogram: 'envoy_cluster_upstream_rq_time',
    unit: 'ms',
    slowerThan: 250,
  },
  metrics: [],
  traps: ['Requests without any answer are not in envoy_cluster_upstream_rq.'],
};
