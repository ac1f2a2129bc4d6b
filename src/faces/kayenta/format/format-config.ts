import type { CanaryConfig, MetricConfig } from '../../../model/config.ts';

/**
 * A config in Kayenta's form, as far as a judge needs it: without queries, which may be of kinds that
 * Kayenta does not know.
 */
export function formatKayentaConfig(config: CanaryConfig): object {
  const { name, description, judge, judgeOptions, metrics, groupWeights, thresholds } = config;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    applications: [],
    judge: { name: judge, judgeConfigurations: judgeOptions },
    metrics: metrics.map(formatMetric),
    templates: {},
    classifier: { groupWeights, scoreThresholds: thresholds },
  };
}

function formatMetric(metric: MetricConfig): object {
  return {
    name: metric.name,
    groups: metric.groups,
    scopeName: metric.scopeName,
    analysisConfigurations: {
      canary: {
        direction: metric.direction,
        nanStrategy: metric.missingValues === 'zero' ? 'replace' : 'remove',
        critical: metric.critical,
        mustHaveData: metric.noData === 'fail',
        muted: metric.muted,
        effectSize: metric.effect,
        outliers: { strategy: metric.outliers.strategy, outlierFactor: metric.outliers.factor },
      },
    },
  };
}
