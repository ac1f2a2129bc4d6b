import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const springBoot: Pack = {
  name: 'spring-boot',
  title: 'Spring Boot with Micrometer, by pods',
  priority: 34,
  scope: POD_SCOPE,
  parameters: NAMESPACE,
  detect: ['http_server_requests_seconds_count'],
  warmup: '5m',
  select: `namespace="\${namespace}",${PODS},uri!~"/actuator.*"`,
  traffic: {
    requests: 'http_server_requests_seconds_count',
    failed: 'outcome="SERVER_ERROR"',
    histogram: 'http_server_requests_seconds',
    unit: 's',
    mean: true,
  },
  metrics: [],
  traps: [
    'Quantiles need management.metrics.distribution.percentiles-histogram.http.server.requests: true; without it only the mean has data.',
  ],
};
