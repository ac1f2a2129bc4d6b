import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const jvm: Pack = {
  name: 'jvm',
  title: 'JVM with Micrometer, by pods',
  priority: 52,
  scope: POD_SCOPE,
  parameters: NAMESPACE,
  detect: ['jvm_memory_used_bytes', 'jvm_gc_pause_seconds_count'],
  warmup: '5m',
  select: `namespace="\${namespace}",${PODS}`,
  metrics: [
    {
      name: 'GC pause share',
      group: 'runtime',
      direction: 'increase',
      tolerance: { increase: 1.3 },
      noData: 'ignore',
      promql: 'avg(sum by (pod) (rate(jvm_gc_pause_seconds_sum{SEL}[${countWindow}])))',
    },
    {
      name: 'old generation use',
      group: 'runtime',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.25 },
      noData: 'ignore',
      promql: String.raw`max(jvm_memory_used_bytes{SEL,area="heap",id=~".*(Old|Tenured).*"} / (jvm_memory_max_bytes{SEL,area="heap",id=~".*(Old|Tenured).*"} > 0))`,
    },
    {
      name: 'Hikari waiting',
      group: 'saturation',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      promql: 'sum(hikaricp_connections_pending{SEL})',
    },
  ],
  traps: ['Pools without a maximum say -1 and are left out: old generation use has no data then.'],
};
