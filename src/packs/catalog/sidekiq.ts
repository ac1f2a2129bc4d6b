import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const sidekiq: Pack = {
  name: 'sidekiq',
  title: 'Sidekiq workers with yabeda, by pods',
  priority: 37,
  scope: POD_SCOPE,
  parameters: NAMESPACE,
  detect: ['sidekiq_jobs_executed_total', 'sidekiq_jobs_failed_total'],
  warmup: '3m',
  select: `namespace="\${namespace}",${PODS}`,
  metrics: [
    {
      name: 'errors',
      group: 'errors',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      critical: true,
      events: 'sidekiq_jobs_failed_total{SEL}',
      outOf: ['sidekiq_jobs_executed_total{SEL}'],
    },
    {
      name: 'run time p95',
      group: 'latency',
      unit: 's',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      noData: 'ignore',
      promql:
        'histogram_quantile(0.95, sum by (le) (rate(sidekiq_job_runtime_seconds_bucket{SEL}[${countWindow}])))',
    },
  ],
  traps: [],
};
