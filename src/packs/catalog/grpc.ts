import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const grpc: Pack = {
  name: 'grpc',
  title: 'gRPC servers with go-grpc-middleware, by pods',
  priority: 35,
  scope: POD_SCOPE,
  parameters: NAMESPACE,
  detect: ['grpc_server_handled_total'],
  warmup: '2m',
  select: `namespace="\${namespace}",${PODS}`,
  traffic: {
    requests: 'grpc_server_handled_total',
    failed: 'grpc_code=~"Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"',
    histogram: 'grpc_server_handling_seconds',
    unit: 's',
    slowerThan: 0.25,
  },
  metrics: [],
  traps: [
    'Latency needs WithServerHandlingTimeHistogram.',
    'ResourceExhausted and Aborted may be faults of a server too: they are not counted.',
  ],
};
