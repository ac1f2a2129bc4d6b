import { NAMESPACE, type Pack } from '../pack.ts';

export const istio: Pack = {
  name: 'istio',
  title: 'Istio sidecars, by workload',
  priority: 10,
  scope: 'destination_workload',
  parameters: NAMESPACE,
  detect: ['istio_requests_total', 'istio_request_duration_milliseconds_bucket'],
  warmup: '2m',
  select:
    'reporter="destination",destination_workload_namespace="${namespace}",destination_workload="${scope}"',
  traffic: {
    requests: 'istio_requests_total',
    failed: 'response_code=~"5..|0"',
    histogram: 'istio_request_duration_milliseconds',
    unit: 'ms',
    slowerThan: 250,
  },
  metrics: [
    {
      name: 'grpc errors',
      group: 'errors',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      noData: 'ignore',
      events:
        'istio_requests_total{SEL,request_protocol="grpc",grpc_response_status=~"2|4|12|13|14|15"}',
      outOf: ['istio_requests_total{SEL,request_protocol="grpc"}'],
    },
  ],
  traps: [
    'Only requests that reached the sidecar are seen; those that found no healthy instance are told by the caller alone.',
    'With Argo Rollouts both sides have one destination_workload: use istio-version, or an own query by destination_service_name.',
  ],
};
