import type { Pack } from '../pack.ts';

export const celery: Pack = {
  name: 'celery',
  title: 'Celery workers with celery-exporter, by queue',
  priority: 37,
  scope: 'queue_name',
  parameters: {},
  detect: ['celery_task_succeeded_total', 'celery_task_failed_total'],
  warmup: '3m',
  select: 'queue_name="${scope}"',
  metrics: [
    {
      name: 'errors',
      group: 'errors',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      critical: true,
      events: 'celery_task_failed_total{SEL}',
      outOf: ['celery_task_succeeded_total{SEL}', 'celery_task_failed_total{SEL}'],
    },
    {
      name: 'run time p95',
      group: 'latency',
      unit: 's',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      noData: 'ignore',
      promql:
        'histogram_quantile(0.95, sum by (le) (rate(celery_task_runtime_bucket{SEL}[${countWindow}])))',
    },
    {
      name: 'queue length',
      group: 'saturation',
      kind: 'gauge',
      direction: 'increase',
      tolerance: { increase: 1.5 },
      noData: 'ignore',
      promql: 'sum(celery_queue_length{SEL})',
    },
  ],
  traps: ['The sides need queues of their own.'],
};
