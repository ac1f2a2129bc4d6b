import { NAMESPACE, PODS, POD_SCOPE, type Pack } from '../pack.ts';

export const triton: Pack = {
  name: 'triton',
  title: 'Triton inference servers',
  priority: 17,
  scope: POD_SCOPE,
  parameters: { ...NAMESPACE, model: 'model' },
  detect: ['nv_inference_request_success', 'nv_inference_request_duration_us'],
  warmup: '10m',
  select: `namespace="\${namespace}",model="\${model}",${PODS}`,
  metrics: [
    {
      name: 'errors',
      group: 'errors',
      direction: 'increase',
      tolerance: { increase: 1.2 },
      critical: true,
      events: 'nv_inference_request_failure{SEL}',
      outOf: ['nv_inference_request_success{SEL}', 'nv_inference_request_failure{SEL}'],
    },
    {
      name: 'request time',
      group: 'latency',
      unit: 'us',
      direction: 'increase',
      tolerance: { increase: 1.15 },
      noData: 'ignore',
      promql:
        'sum(rate(nv_inference_request_duration_us{SEL}[${countWindow}])) / sum(rate(nv_inference_request_success{SEL}[${countWindow}]))',
    },
    {
      name: 'queue time',
      group: 'latency',
      unit: 'us',
      direction: 'increase',
      tolerance: { increase: 1.3 },
      noData: 'ignore',
      promql:
        'sum(rate(nv_inference_queue_duration_us{SEL}[${countWindow}])) / sum(rate(nv_inference_request_success{SEL}[${countWindow}]))',
    },
  ],
  traps: ['Times are means: histograms are off unless the server is told otherwise.'],
};
