import { NAMESPACE, type Pack } from '../pack.ts';

export const istioVersion: Pack = {
  name: 'istio-version',
  title: 'Istio sidecars, by version of one service',
  priority: 11,
  scope: 'destination_canonical_revision',
  parameters: { ...NAMESPACE, service: 'destination_canonical_service' },
  detect: ['istio_requests_total', 'istio_request_duration_milliseconds_bucket'],
  warmup: '2m',
  select:
    'reporter="destination",destination_service_namespace="${namespace}",destination_canonical_service="${service}",destination_canonical_revision="${scope}"',
  traffic: {
    requests: 'istio_requests_total',
    failed: 'response_code=~"5..|0"',
    histogram: 'istio_request_duration_milliseconds',
    unit: 'ms',
    slowerThan: 250,
  },
  metrics: [],
  traps: [
    'The revision is a label of the pods: service.istio.io/canonical-revision, else app.kubernetes.io/version, else version.',
  ],
};
