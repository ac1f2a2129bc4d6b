import { NAMESPACE, type Pack } from '../pack.ts';

export const nginxIngress: Pack = {
  name: 'nginx-ingress',
  title: 'ingress-nginx, by the canary annotation',
  priority: 22,
  scope: 'name of the main ingress, on both sides',
  parameters: {
    ...NAMESPACE,
    canary: 'label canary: empty for the baseline, `NAMESPACE-SERVICE-PORT` of the canary',
  },
  detect: [
    'nginx_ingress_controller_requests',
    'nginx_ingress_controller_request_duration_seconds_bucket',
  ],
  warmup: '2m',
  select: 'exported_namespace="${namespace}",ingress="${scope}",canary="${canary}"',
  traffic: {
    requests: 'nginx_ingress_controller_requests',
    failed: 'status=~"5.."',
    histogram: 'nginx_ingress_controller_request_duration_seconds',
    unit: 's',
    slowerThan: 0.25,
  },
  metrics: [],
  traps: [
    'Both sides have one scope and differ by the parameter canary.',
    'With honorLabels in the ServiceMonitor the label is namespace, not exported_namespace.',
    'An ingress without a host has no metrics.',
  ],
};
