import { NAMESPACE, type Pack } from '../pack.ts';

export const linkerd: Pack = {
  name: 'linkerd',
  title: 'Linkerd proxies, by Deployment',
  priority: 13,
  scope: 'deployment',
  parameters: NAMESPACE,
  detect: ['response_total', 'response_latency_ms_bucket'],
  warmup: '2m',
  select: 'direction="inbound",namespace="${namespace}",deployment="${scope}"',
  traffic: {
    requests: 'response_total',
    failed: 'classification="failure"',
    histogram: 'response_latency_ms',
    unit: 'ms',
    slowerThan: 200,
  },
  metrics: [],
  traps: [
    'The label deployment is added by the scrape configuration of linkerd-viz; with Argo Rollouts it is missing.',
  ],
};
