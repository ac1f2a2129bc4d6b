import type { Pack } from '../pack.ts';

export const seldon: Pack = {
  name: 'seldon',
  title: 'Seldon Core 1, by predictor',
  priority: 18,
  scope: 'predictor_name',
  parameters: { deployment: 'deployment_name' },
  detect: ['seldon_api_executor_server_requests_seconds_count'],
  warmup: '10m',
  select: 'deployment_name="${deployment}",predictor_name="${scope}",service="predictions"',
  traffic: {
    requests: 'seldon_api_executor_server_requests_seconds_count',
    failed: 'code=~"5.."',
    histogram: 'seldon_api_executor_server_requests_seconds',
    unit: 's',
  },
  metrics: [],
  traps: ['Seldon Core 2 has other names (seldon_model_infer_*).'],
};
