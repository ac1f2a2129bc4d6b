import type { Pack } from '../pack.ts';

export const traefik: Pack = {
  name: 'traefik',
  title: 'Traefik, by service',
  priority: 23,
  scope: 'label service, such as shop-checkout-canary-80@kubernetescrd',
  parameters: {},
  detect: ['traefik_service_requests_total', 'traefik_service_request_duration_seconds_bucket'],
  warmup: '2m',
  select: 'service="${scope}"',
  traffic: {
    requests: 'traefik_service_requests_total',
    failed: 'code=~"5.."',
    histogram: 'traefik_service_request_duration_seconds',
    unit: 's',
    slowerThan: 0.3,
    mean: true,
  },
  metrics: [],
  traps: [
    'The usual buckets (0.1, 0.3, 1.2, 5) are too coarse for quantiles: the mean and the slow requests tell more.',
  ],
};
