import type { HttpAccount, HttpSourceDependencies } from './asking/http-source.ts';
import type { AccountConfig } from '../settings/account.ts';
import type { AccountKindName } from '../settings/account-kinds.ts';
import type { MetricSource } from './source.ts';

/** Makes the source of one account; throws `bad-configuration`. */
export type CreateSource = (
  account: AccountConfig & HttpAccount,
  dependencies: HttpSourceDependencies,
) => MetricSource | Promise<MetricSource>;

/** Nothing of a kind is loaded before an account names it: a start waits for no vendor that nobody uses. */
export const KINDS: Record<AccountKindName, () => Promise<CreateSource>> = {
  prometheus: async () => (await import('./prometheus/prometheus.ts')).createPrometheusSource,
  atlas: async () => (await import('./vendors/atlas.ts')).createAtlasSource,
  cloudwatch: async () => (await import('./vendors/cloudwatch.ts')).createCloudwatchSource,
  datadog: async () => (await import('./vendors/datadog.ts')).createDatadogSource,
  azure: async () => (await import('./azure/azure.ts')).createAzureSource,
  dynatrace: async () => (await import('./dynatrace/dynatrace.ts')).createDynatraceSource,
  elasticsearch: async () =>
    (await import('./elasticsearch/elasticsearch.ts')).createElasticsearchSource,
  grafana: async () => (await import('./grafana/grafana.ts')).createGrafanaSource,
  http: async () => (await import('./http/http.ts')).createHttpJsonSource,
  influxdb: async () => (await import('./influxdb/influxdb.ts')).createInfluxdbSource,
  graphite: async () => (await import('./vendors/graphite.ts')).createGraphiteSource,
  loki: async () => (await import('./prometheus/loki.ts')).createLokiSource,
  newrelic: async () => (await import('./vendors/newrelic.ts')).createNewrelicSource,
  signalfx: async () => (await import('./vendors/signalfx.ts')).createSignalfxSource,
  splunk: async () => (await import('./vendors/splunk.ts')).createSplunkSource,
  sql: async () => (await import('./sql/sql.ts')).createSqlSource,
  stackdriver: async () => (await import('./vendors/stackdriver.ts')).createStackdriverSource,
  wavefront: async () => (await import('./vendors/wavefront.ts')).createWavefrontSource,
};
