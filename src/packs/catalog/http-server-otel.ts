import type { Pack } from '../pack.ts';

export const httpServerOtel: Pack = {
  name: 'http-server-otel',
  title: 'HTTP servers with OpenTelemetry names, by service_version',
  priority: 30,
  scope: 'service_version',
  parameters: { job: 'job of the service, such as shop/checkout' },
  detect: [
    'http_server_request_duration_seconds_count',
    'http_server_request_duration_seconds_bucket',
  ],
  warmup: '2m',
  select: 'job="${job}",service_version="${scope}"',
  traffic: {
    requests: 'http_server_request_duration_seconds_count',
    failed: 'http_response_status_code=~"5.."',
    histogram: 'http_server_request_duration_seconds',
    unit: 's',
    slowerThan: 0.25,
  },
  metrics: [],
  traps: [
    'service.version must be promoted to a label (otlp.promote_resource_attributes); else use http-server-otel-target.',
    'With delta temporality no counters arrive, and rates mean nothing.',
  ],
};
