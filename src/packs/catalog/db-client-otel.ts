import type { Pack } from '../pack.ts';

export const dbClientOtel: Pack = {
  name: 'db-client-otel',
  title: 'Calls to databases with OpenTelemetry names, by service_version',
  priority: 60,
  scope: 'service_version',
  parameters: { job: 'job of the service, such as shop/checkout' },
  detect: [
    'db_client_operation_duration_seconds_count',
    'db_client_operation_duration_seconds_bucket',
  ],
  warmup: '2m',
  select: 'job="${job}",service_version="${scope}"',
  traffic: {
    requests: 'db_client_operation_duration_seconds_count',
    failed: 'error_type!=""',
    histogram: 'db_client_operation_duration_seconds',
    unit: 's',
  },
  metrics: [
    {
      name: 'calls for each request',
      group: 'dependencies',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      noData: 'ignore',
      promql:
        'sum(rate(db_client_operation_duration_seconds_count{SEL}[${countWindow}])) / sum(rate(http_server_request_duration_seconds_count{SEL}[${countWindow}]))',
    },
  ],
  traps: [
    "Its errors are those of the database as this version calls it, so they may be the database's own.",
  ],
};
