import { NAMESPACE, type Pack } from '../pack.ts';

export const istioWaypoint: Pack = {
  name: 'istio-waypoint',
  title: 'Istio ambient mode, by workload behind a waypoint',
  priority: 12,
  scope: 'destination_workload',
  parameters: NAMESPACE,
  detect: ['istio_requests_total', 'istio_request_duration_milliseconds_bucket'],
  warmup: '2m',
  select:
    'reporter="waypoint",destination_workload_namespace="${namespace}",destination_workload="${scope}"',
  traffic: {
    requests: 'istio_requests_total',
    failed: 'response_code=~"5..|0"',
    histogram: 'istio_request_duration_milliseconds',
    unit: 'ms',
    slowerThan: 250,
  },
  metrics: [],
  traps: ['Without a waypoint ztunnel tells of TCP only, and nothing here has data.'],
};
