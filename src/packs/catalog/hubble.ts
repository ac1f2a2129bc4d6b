import { NAMESPACE, type Pack } from '../pack.ts';

export const hubble: Pack = {
  name: 'hubble',
  title: 'Cilium Hubble, HTTP by workload',
  priority: 16,
  scope: 'destination_workload',
  parameters: NAMESPACE,
  detect: ['hubble_http_requests_total', 'hubble_http_request_duration_seconds_bucket'],
  warmup: '2m',
  select: 'reporter="server",destination_namespace="${namespace}",destination_workload="${scope}"',
  traffic: {
    requests: 'hubble_http_requests_total',
    failed: 'status=~"5.."',
    histogram: 'hubble_http_request_duration_seconds',
    unit: 's',
    slowerThan: 0.25,
  },
  metrics: [],
  traps: [
    'Needs the metric httpV2 with labelsContext of destination_workload and destination_namespace, and visibility of layer 7.',
  ],
};
