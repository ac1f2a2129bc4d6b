import type { CanaryConfig } from '../../model/config.ts';

/** Where metrics of no group are counted. */
const UNGROUPED = 'ungrouped';

/** The same config with every metric in a group, so that none is left out of the score. */
export function withGroups(config: CanaryConfig): CanaryConfig {
  return {
    ...config,
    metrics: config.metrics.map((metric) =>
      metric.groups.length === 0 ? { ...metric, groups: [UNGROUPED] } : metric,
    ),
  };
}
