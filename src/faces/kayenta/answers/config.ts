import type { CanaryConfig, MetricConfig } from '../../../model/config.ts';
import type { components } from '../../../openapi.d.ts';

type Schemas = components['schemas'];
type Config = Schemas['KayentaConfig'];
type Query = Schemas['KayentaQuery'];

/** A stored config as it is read: each query also tells its kind as `serviceType`, which Deck goes by. */
export function formatConfig(config: Config): Config {
  return mapQueries(config, (query) => query);
}

/**
 * A config in a status: `${` comes back as `$\{`, as Kayenta hides templates from the expression language
 * of its pipelines.
 */
export function formatEscapedConfig(config: Config): Config {
  const { templates = {}, metrics = [] } = config;
  const whole = { ...config, metrics: metrics.map(filledIn) };
  const escaped = mapQueries(whole, (query) =>
    'customInlineTemplate' in query && query.customInlineTemplate !== undefined
      ? { ...query, customInlineTemplate: escape(query.customInlineTemplate) }
      : query,
  );
  const names = Object.entries(templates).map(([name, text]) => [name, escape(text)]);
  return { ...escaped, templates: Object.fromEntries(names) as Record<string, string> };
}

/** A status tells what a config left out as empty, and Referee's page needs that: it goes through all groups. */
function filledIn(metric: Schemas['KayentaMetric']): Schemas['KayentaMetric'] {
  return {
    ...metric,
    groups: metric.groups ?? [],
    analysisConfigurations: metric.analysisConfigurations ?? {},
  };
}

function mapQueries(config: Config, change: (query: Query) => Query): Config {
  if (config.metrics === undefined) return config;
  return {
    ...config,
    metrics: config.metrics.map((metric) =>
      metric.query === undefined
        ? metric
        : {
            ...metric,
            query: { ...change(metric.query), serviceType: metric.query.type },
          },
    ),
  };
}

function escape(template: string): string {
  return template.replaceAll('${', '$\\{');
}

/** A native config in Kayenta's form, as far as it has a place there. */
export function formatNativeConfig(config: CanaryConfig, applications: string[]): Config {
  return {
    name: config.name,
    ...(config.description === undefined ? {} : { description: config.description }),
    applications,
    judge: { name: config.judge, judgeConfigurations: {} },
    metrics: config.metrics.map(formatMetric),
    templates: config.templates,
    classifier: { groupWeights: config.groupWeights, scoreThresholds: config.thresholds },
  };
}

function formatMetric(metric: MetricConfig): Schemas['KayentaMetric'] {
  const { direction, critical, noData, muted, outliers, effect } = metric;
  const { measure, ...limits } = effect;
  const nanStrategy = metric.missingValues === 'zero' ? 'replace' : 'remove';
  const canary = {
    direction,
    nanStrategy,
    critical,
    mustHaveData: noData === 'fail',
    muted,
    effectSize: { measure, ...limits },
    outliers: { strategy: outliers.strategy, outlierFactor: outliers.factor },
  };
  return {
    name: metric.name,
    query: formatQuery(metric),
    groups: metric.groups,
    analysisConfigurations: { canary },
    scopeName: metric.scopeName,
  };
}

/** Native queries are PromQL, or of kinds that Kayenta has no word for. */
function formatQuery({ query }: MetricConfig): Query {
  const promql = 'source' in query ? query['promql'] : undefined;
  const text = typeof promql === 'string' ? promql : JSON.stringify(query);
  return { type: 'prometheus', customInlineTemplate: `PromQL:${text}` };
}
