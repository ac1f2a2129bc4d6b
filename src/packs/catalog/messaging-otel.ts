import type { Pack } from '../pack.ts';

export const messagingOtel: Pack = {
  name: 'messaging-otel',
  title: 'Consumers of messages with OpenTelemetry names, by service_version',
  priority: 33,
  scope: 'service_version',
  parameters: { job: 'job of the service, such as shop/checkout' },
  detect: ['messaging_process_duration_seconds_count', 'messaging_process_duration_seconds_bucket'],
  warmup: '3m',
  select: 'job="${job}",service_version="${scope}"',
  traffic: {
    requests: 'messaging_process_duration_seconds_count',
    failed: 'error_type!=""',
    histogram: 'messaging_process_duration_seconds',
    unit: 's',
    slowerThan: 0.25,
  },
  metrics: [],
  traps: ['These conventions are still in development: names may change.'],
};
