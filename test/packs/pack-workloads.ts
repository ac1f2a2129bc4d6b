// One workload for each pack, as its exporter tells of it: names and labels from the exporters, not from the packs.
import type { State } from './pack-history.ts';

export type Labels = Record<string, string>;

export interface Export {
  kind: 'gauge' | 'counter' | 'histogram';
  name: string;
  /** Beside those of the workload. */
  labels?: Labels;
  /** Labels of the workload that this metric does not have. */
  without?: string[];
  /** In the baseline and the healthy canary, and in the faulty one: a level, events a scrape, or a median. */
  values: [number, number];
  /** Ends of the buckets of a histogram. */
  bounds?: readonly number[];
}

export interface Workload {
  scope(state: State): string;
  parameters(state: State): Labels;
  labels(state: State): Labels;
  exports: Export[];
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const MILLISECONDS = [1, 5, 10, 25, 50, 100, 200, 250, 500, 1000, 2500, 5000];

function counter(name: string, values: [number, number], labels: Labels = {}): Export {
  return { kind: 'counter', name, values, labels };
}

function gauge(name: string, values: [number, number], labels: Labels = {}): Export {
  return { kind: 'gauge', name, values, labels };
}

/** Latencies, and three times the slow ones in the faulty canary. */
function histogram(name: string, bounds = SECONDS, labels: Labels = {}): Export {
  const median = bounds === MILLISECONDS ? 120 : 0.12;
  return { kind: 'histogram', name, values: [median, median * 1.8], bounds, labels };
}

/** Requests by a label, one in twenty of which fails, and one in four in the faulty canary. */
function requests(name: string, label: string, [ok, failed]: [string, string]): Export[] {
  return [counter(name, [38, 30], { [label]: ok }), counter(name, [2, 10], { [label]: failed })];
}

/** Latencies of requests that carry their status as a label. */
function durations(name: string, label: string, [ok, failed]: [string, string]): Export[] {
  const failing: Export = {
    kind: 'counter',
    name: `${name}_count`,
    values: [2, 10],
    labels: { [label]: failed },
  };
  return [histogram(name, SECONDS, { [label]: ok }), failing];
}

function workload(
  exports: Export[],
  labels: (scope: string, state: State) => Labels,
  parameters: (state: State) => Labels = () => ({}),
  scope: (state: State) => string = (state) => `checkout-${state}`,
): Workload {
  return { exports, parameters, scope, labels: (state) => labels(scope(state), state) };
}

/** Pods of a Deployment, one each. */
function pods(
  app: string,
  exports: Export[],
  more: Labels = {},
  parameters: Labels = {},
): Workload {
  return workload(
    exports,
    (scope) => ({ namespace: 'shop', pod: `${scope}-7f88b9d6c4-m4vbn`, ...more }),
    () => ({ namespace: 'shop', ...parameters }),
    (state) => `${app}-${state}`,
  );
}

const IN_SHOP = () => ({ namespace: 'shop' });
const ISTIO = [
  ...requests('istio_requests_total', 'response_code', ['200', '503']),
  counter('istio_requests_total', [38, 30], {
    response_code: '200',
    request_protocol: 'grpc',
    grpc_response_status: '0',
  }),
  counter('istio_requests_total', [2, 10], {
    response_code: '200',
    request_protocol: 'grpc',
    grpc_response_status: '13',
  }),
  histogram('istio_request_duration_milliseconds', MILLISECONDS),
];
const BY_VERSION = (job: string, exports: Export[]) =>
  workload(
    exports,
    (scope) => ({ job, service_version: scope }),
    () => ({ job }),
  );

export const WORKLOADS: Record<string, Workload> = {
  istio: workload(
    ISTIO,
    (scope) => ({
      reporter: 'destination',
      destination_workload_namespace: 'shop',
      destination_workload: scope,
    }),
    IN_SHOP,
  ),
  'istio-version': workload(
    ISTIO,
    (scope) => ({
      reporter: 'destination',
      destination_service_namespace: 'shop',
      destination_canonical_service: 'cart',
      destination_canonical_revision: scope,
    }),
    () => ({ namespace: 'shop', service: 'cart' }),
  ),
  'istio-waypoint': workload(
    ISTIO,
    (scope) => ({
      reporter: 'waypoint',
      destination_workload_namespace: 'shop',
      destination_workload: scope,
    }),
    IN_SHOP,
  ),
  linkerd: workload(
    [
      ...requests('response_total', 'classification', ['success', 'failure']),
      histogram('response_latency_ms', MILLISECONDS),
    ],
    (scope) => ({ direction: 'inbound', namespace: 'shop', deployment: scope }),
    IN_SHOP,
  ),
  hubble: workload(
    [
      ...requests('hubble_http_requests_total', 'status', ['200', '500']),
      histogram('hubble_http_request_duration_seconds'),
    ],
    (scope) => ({ reporter: 'server', destination_namespace: 'shop', destination_workload: scope }),
    IN_SHOP,
  ),
  vllm: pods(
    'vllm',
    [
      counter('vllm:request_success_total', [30, 20], { finished_reason: 'stop' }),
      counter('vllm:request_success_total', [6, 12], { finished_reason: 'length' }),
      counter('vllm:request_success_total', [2, 2], { finished_reason: 'abort' }),
      counter('vllm:request_success_total', [2, 8], { finished_reason: 'error' }),
      histogram('vllm:request_generation_tokens', MILLISECONDS),
      histogram('vllm:request_prompt_tokens', MILLISECONDS),
      histogram('vllm:time_to_first_token_seconds'),
      histogram('vllm:inter_token_latency_seconds'),
      histogram('vllm:e2e_request_latency_seconds'),
      counter('vllm:generation_tokens_total', [400, 300]),
      gauge('vllm:num_requests_waiting', [4, 12]),
      gauge('vllm:kv_cache_usage_perc', [0.4, 0.7]),
      counter('vllm:prefix_cache_queries_total', [100, 100]),
      counter('vllm:prefix_cache_hits_total', [50, 25]),
      counter('vllm:num_preemptions_total', [1, 3]),
    ],
    { model_name: 'meta-llama/Llama-3.1-8B' },
    { model: 'meta-llama/Llama-3.1-8B' },
  ),
  sglang: pods('sglang', [
    counter('sglang:num_requests_total', [40, 40]),
    counter('sglang:num_aborted_requests_total', [2, 10]),
    histogram('sglang:time_to_first_token_seconds'),
    histogram('sglang:inter_token_latency_seconds'),
    gauge('sglang:num_queue_reqs', [4, 12]),
    gauge('sglang:token_usage', [0.4, 0.7]),
  ]),
  tgi: pods('tgi', [
    counter('tgi_request_count', [40, 40]),
    counter('tgi_request_failure', [2, 10], { err: 'generation' }),
    histogram('tgi_request_mean_time_per_token_duration'),
    histogram('tgi_request_queue_duration'),
    gauge('tgi_queue_size', [4, 12]),
  ]),
  triton: pods(
    'triton',
    [
      counter('nv_inference_request_success', [38, 30], { version: '1' }),
      counter('nv_inference_request_failure', [2, 10], { version: '1', reason: 'BACKEND' }),
      counter('nv_inference_request_duration_us', [500, 700], { version: '1' }),
      counter('nv_inference_queue_duration_us', [100, 300], { version: '1' }),
    ],
    { model: 'ranker' },
    { model: 'ranker' },
  ),
  kserve: workload(
    [
      ...requests('revision_app_request_count', 'response_code_class', ['2xx', '5xx']),
      histogram('revision_app_request_latencies', MILLISECONDS),
    ],
    (scope) => ({ namespace_name: 'shop', revision_name: scope }),
    IN_SHOP,
  ),
  seldon: workload(
    durations('seldon_api_executor_server_requests_seconds', 'code', ['200', '500']),
    (scope) => ({ deployment_name: 'ranker', predictor_name: scope, service: 'predictions' }),
    () => ({ deployment: 'ranker' }),
  ),
  contour: workload(
    [
      ...requests('envoy_cluster_upstream_rq', 'envoy_response_code', ['200', '503']),
      histogram('envoy_cluster_upstream_rq_time', MILLISECONDS),
    ],
    (scope) => ({ envoy_cluster_name: `shop_${scope}_80` }),
    () => ({ namespace: 'shop', port: '80' }),
  ),
  'envoy-gateway': workload(
    [
      ...requests('envoy_cluster_upstream_rq_xx', 'envoy_response_code_class', ['2', '5']),
      histogram('envoy_cluster_upstream_rq_time', MILLISECONDS),
    ],
    (scope) => ({ envoy_cluster_name: scope }),
    undefined,
    (state) => `httproute/shop/checkout/rule/0/backend/${state}`,
  ),
  'nginx-ingress': workload(
    [
      ...requests('nginx_ingress_controller_requests', 'status', ['200', '503']),
      histogram('nginx_ingress_controller_request_duration_seconds'),
    ],
    (_, state) => ({
      exported_namespace: 'shop',
      ingress: 'checkout',
      ...(state === 'baseline' ? {} : { canary: `shop-checkout-${state}-80` }),
    }),
    (state) => ({
      namespace: 'shop',
      canary: state === 'baseline' ? '' : `shop-checkout-${state}-80`,
    }),
    () => 'checkout',
  ),
  traefik: workload(
    [
      ...requests('traefik_service_requests_total', 'code', ['200', '502']),
      histogram('traefik_service_request_duration_seconds', [0.1, 0.3, 1.2, 5]),
    ],
    (service) => ({ service }),
    undefined,
    (state) => `shop-checkout-${state}-80@kubernetescrd`,
  ),
  kong: workload(
    [
      ...requests('kong_http_requests_total', 'code', ['200', '500']),
      histogram('kong_upstream_latency_ms', MILLISECONDS),
    ],
    (service) => ({ service }),
  ),
  haproxy: workload(
    [
      ...requests('haproxy_server_http_responses_total', 'code', ['2xx', '5xx']),
      gauge('haproxy_server_total_time_average_seconds', [0.12, 0.2]),
      counter('haproxy_server_connection_errors_total', [1, 4]),
    ],
    (scope) => ({ proxy: 'shop', server: `${scope}1` }),
    () => ({ proxy: 'shop' }),
  ),
  'http-server-otel': BY_VERSION(
    'shop/checkout',
    durations('http_server_request_duration_seconds', 'http_response_status_code', ['200', '500']),
  ),
  'http-server-otel-target': workload(
    [
      ...durations('http_server_request_duration_seconds', 'http_response_status_code', [
        '200',
        '500',
      ]).map((row) => ({ ...row, without: ['service_version'] })),
      { kind: 'gauge', name: 'target_info', values: [1, 1] },
    ],
    (scope) => ({ job: 'shop/cart', instance: `${scope}:8080`, service_version: scope }),
    () => ({ job: 'shop/cart' }),
  ),
  'rpc-server-otel': BY_VERSION(
    'shop/rpc',
    durations('rpc_server_call_duration_seconds', 'error_type', ['', 'INTERNAL']),
  ),
  'messaging-otel': BY_VERSION(
    'shop/orders',
    durations('messaging_process_duration_seconds', 'error_type', ['', 'timeout']),
  ),
  'db-client-otel': BY_VERSION('shop/db', [
    ...durations('db_client_operation_duration_seconds', 'error_type', ['', 'timeout']),
    counter('http_server_request_duration_seconds_count', [20, 10]),
  ]),
  'spring-boot': pods(
    'spring',
    durations('http_server_requests_seconds', 'outcome', ['SUCCESS', 'SERVER_ERROR']),
    { uri: '/checkout' },
  ),
  'http-server-go': pods(
    'go-http',
    durations('http_request_duration_seconds', 'code', ['200', '500']),
    { job: 'checkout' },
    { job: 'checkout' },
  ),
  grpc: pods('grpc', [
    ...requests('grpc_server_handled_total', 'grpc_code', ['OK', 'Internal']),
    histogram('grpc_server_handling_seconds'),
  ]),
  celery: workload(
    [
      counter('celery_task_succeeded_total', [38, 30]),
      counter('celery_task_failed_total', [2, 10]),
      histogram('celery_task_runtime'),
      gauge('celery_queue_length', [4, 12]),
    ],
    (scope) => ({ queue_name: scope }),
  ),
  sidekiq: pods('sidekiq', [
    counter('sidekiq_jobs_executed_total', [40, 40]),
    counter('sidekiq_jobs_failed_total', [2, 10]),
    histogram('sidekiq_job_runtime_seconds'),
  ]),
  'kafka-lag': workload(
    [gauge('kafka_consumergroup_lag', [100, 300], { partition: '0' })],
    (scope) => ({ consumergroup: scope, topic: 'orders' }),
    () => ({ topic: 'orders' }),
  ),
  'kubernetes-pod': pods(
    'pod',
    [
      counter('kube_pod_container_status_restarts_total', [0, 0.5]),
      counter('container_cpu_usage_seconds_total', [6, 12]),
      gauge('container_memory_working_set_bytes', [2e8, 3.5e8]),
      {
        kind: 'gauge',
        name: 'kube_pod_container_resource_limits',
        values: [4e8, 4e8],
        labels: { resource: 'memory' },
      },
      counter('container_cpu_cfs_periods_total', [150, 150]),
      counter('container_cpu_cfs_throttled_periods_total', [10, 60]),
    ],
    { container: 'app' },
    { container: 'app' },
  ),
  jvm: pods('jvm', [
    histogram('jvm_gc_pause_seconds'),
    gauge('jvm_memory_used_bytes', [2e8, 3.5e8], { area: 'heap', id: 'G1 Old Gen' }),
    {
      kind: 'gauge',
      name: 'jvm_memory_max_bytes',
      values: [4e8, 4e8],
      labels: { area: 'heap', id: 'G1 Old Gen' },
    },
    gauge('hikaricp_connections_pending', [4, 12]),
  ]),
  go: pods('go', [
    gauge('go_goroutines', [100, 300]),
    gauge('go_memstats_heap_inuse_bytes', [1e8, 2e8]),
  ]),
  nodejs: pods('node', [
    gauge('nodejs_eventloop_lag_p99_seconds', [0.02, 0.08]),
    histogram('nodejs_gc_duration_seconds', [0.001, 0.01, 0.1, 1, 2, 5]),
    gauge('nodejs_heap_size_used_bytes', [1e8, 2e8]),
  ]),
  dotnet: pods('dotnet', [
    counter('dotnet_gc_pause_time_seconds_total', [1, 3]),
    gauge('dotnet_thread_pool_queue_length', [4, 20]),
    counter('dotnet_exceptions_total', [2, 8], { error_type: 'System.IO.IOException' }),
  ]),
};
