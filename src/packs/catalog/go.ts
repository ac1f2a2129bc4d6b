import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const go: Pack = {
  name: 'go',
  title: 'Go runtime with client_golang, by pods',
  priority: 52,
  scope: POD_SCOPE,
  parameters: NAMESPACE,
  detect: ['go_goroutines', 'go_memstats_heap_inuse_bytes'],
  warmup: '2m',
  select: `namespace="\${namespace}",${PODS}`,
  metrics: [
    {
      name: 'goroutines',
      group: 'runtime',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      promql: 'avg(go_goroutines{SEL})',
    },
    {
      name: 'heap in use',
      group: 'runtime',
      unit: 'B',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.3 },
      noData: 'ignore',
      promql: 'avg(go_memstats_heap_inuse_bytes{SEL})',
    },
  ],
  traps: [],
};
