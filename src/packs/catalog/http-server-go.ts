import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const httpServerGo: Pack = {
  name: 'http-server-go',
  title: 'HTTP servers in Go with the usual names of client_golang, by pods',
  priority: 36,
  scope: POD_SCOPE,
  parameters: { ...NAMESPACE, job: 'job of the service' },
  detect: ['http_request_duration_seconds_count', 'http_request_duration_seconds_bucket'],
  warmup: '2m',
  select: `namespace="\${namespace}",job="\${job}",${PODS}`,
  traffic: {
    requests: 'http_request_duration_seconds_count',
    failed: 'code=~"5.."',
    histogram: 'http_request_duration_seconds',
    unit: 's',
    slowerThan: 0.25,
  },
  metrics: [],
  traps: [
    'client_golang fixes no names: the histogram must be http_request_duration_seconds with the label code.',
  ],
};
