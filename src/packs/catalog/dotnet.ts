import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const dotnet: Pack = {
  name: 'dotnet',
  title: '.NET runtime from 9 on with its own meters, by pods',
  priority: 52,
  scope: POD_SCOPE,
  parameters: NAMESPACE,
  detect: ['dotnet_gc_pause_time_seconds_total'],
  warmup: '5m',
  select: `namespace="\${namespace}",${PODS}`,
  metrics: [
    {
      name: 'GC pause share',
      group: 'runtime',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      promql: 'avg(rate(dotnet_gc_pause_time_seconds_total{SEL}[${countWindow}]))',
    },
    {
      name: 'thread pool queue',
      group: 'runtime',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 2 },
      noData: 'ignore',
      promql: 'avg(dotnet_thread_pool_queue_length{SEL})',
    },
    {
      name: 'exceptions',
      group: 'errors',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      muted: true,
      events: 'dotnet_exceptions_total{SEL}',
      outOfLevel: 'count(dotnet_gc_pause_time_seconds_total{SEL})',
    },
  ],
  traps: ['Exceptions follow the load, so they only show.'],
};
