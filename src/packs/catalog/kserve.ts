import { NAMESPACE, type Pack } from '../pack.ts';

export const kserve: Pack = {
  name: 'kserve',
  title: 'KServe and Knative services, by revision',
  priority: 18,
  scope: 'revision_name',
  parameters: NAMESPACE,
  detect: ['revision_app_request_count', 'revision_app_request_latencies_bucket'],
  warmup: '10m',
  select: 'namespace_name="${namespace}",revision_name="${scope}"',
  traffic: {
    requests: 'revision_app_request_count',
    failed: 'response_code_class="5xx"',
    histogram: 'revision_app_request_latencies',
    unit: 'ms',
    slowerThan: 250,
  },
  metrics: [],
  traps: [
    'From Knative 1.19 on the names are kn_serving_*: these queries find nothing there.',
    'Raw deployments have no queue-proxy, and so no errors: use the pack of the model server.',
  ],
};
