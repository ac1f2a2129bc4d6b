import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const nodejs: Pack = {
  name: 'nodejs',
  title: 'Node.js runtime with prom-client, by pods',
  priority: 52,
  scope: POD_SCOPE,
  parameters: NAMESPACE,
  detect: ['nodejs_eventloop_lag_p99_seconds'],
  warmup: '2m',
  select: `namespace="\${namespace}",${PODS}`,
  metrics: [
    {
      name: 'event loop lag p99',
      group: 'runtime',
      unit: 's',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      promql: 'max(nodejs_eventloop_lag_p99_seconds{SEL})',
    },
    {
      name: 'GC share',
      group: 'runtime',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      promql: 'avg(sum by (pod) (rate(nodejs_gc_duration_seconds_sum{SEL}[${countWindow}])))',
    },
    {
      name: 'heap used',
      group: 'runtime',
      unit: 'B',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.3 },
      noData: 'ignore',
      promql: 'avg(nodejs_heap_size_used_bytes{SEL})',
    },
  ],
  traps: [],
};
