import type { Pack } from '../pack.ts';

export const httpServerOtelTarget: Pack = {
  name: 'http-server-otel-target',
  title: 'HTTP servers with OpenTelemetry names, by service_version of target_info',
  priority: 31,
  scope: 'service_version of target_info',
  parameters: { job: 'job of the service, such as shop/checkout' },
  detect: ['http_server_request_duration_seconds_count', 'target_info'],
  warmup: '2m',
  select: 'job="${job}"',
  traffic: {
    requests: 'http_server_request_duration_seconds_count',
    failed: 'http_response_status_code=~"5.."',
    histogram: 'http_server_request_duration_seconds',
    unit: 's',
    slowerThan: 0.25,
    join: '* on (job, instance) group_left () max by (job, instance) (target_info{job="${job}",service_version="${scope}"})',
  },
  metrics: [],
  traps: ['Samples of instances that ended before target_info was seen are lost.'],
};
