import type { Pack } from '../pack.ts';

export const rpcServerOtel: Pack = {
  name: 'rpc-server-otel',
  title: 'RPC servers with OpenTelemetry names, by service_version',
  priority: 32,
  scope: 'service_version',
  parameters: { job: 'job of the service, such as shop/checkout' },
  detect: ['rpc_server_call_duration_seconds_count', 'rpc_server_call_duration_seconds_bucket'],
  warmup: '2m',
  select: 'job="${job}",service_version="${scope}"',
  traffic: {
    requests: 'rpc_server_call_duration_seconds_count',
    failed: 'error_type!=""',
    histogram: 'rpc_server_call_duration_seconds',
    unit: 's',
    slowerThan: 0.25,
  },
  metrics: [],
  traps: ['The older rpc_server_duration is in milliseconds and has other names.'],
};
