import type { components } from '../openapi.d.ts';

type Metric = components['schemas']['MetricConfig'];

/**
 * Queries that are right for what many workloads export, as data. In PromQL texts `SEL` is the pack's selector,
 * `${scope}` and the names of `parameters` are filled for each side when a query is built.
 */
export interface Pack {
  name: string;
  /** What it reads, in a few words. */
  title: string;
  /** Of several packs that find the same workload, the lowest is nearest to what the caller sees. */
  priority: number;
  /** What a scope of the request is. */
  scope: string;
  /** What a request must give beside the scope, and what each is. Only in `=` matchers of `select`. */
  parameters: Record<string, string>;
  /** Names of metrics that are there when the pack fits. */
  detect: string[];
  /** How long the first values of a fresh instance mean nothing: a duration. */
  warmup: string;
  /** Label matchers, without braces. */
  select: string;
  traffic?: Traffic;
  metrics: PackMetric[];
  /** What a person should know before trusting it. */
  traps: string[];
}

/** Requests as one counter and one histogram: it becomes errors, quantiles and the share of slow requests. */
export interface Traffic {
  /** Counter of requests. */
  requests: string;
  /** Matchers of those that failed; left out where the counter does not tell. */
  failed?: string;
  /** Name without `_bucket`. */
  histogram?: string;
  /** Of the histogram. */
  unit?: 'ms' | 's';
  /** End of a bucket, from which on a request is slow. */
  slowerThan?: number;
  /** Whether the mean is told too: where buckets are coarse or may be missing. */
  mean?: true;
  /** Behind each rate, where the sides are told apart by another metric. */
  join?: string;
}

type Policy = Pick<
  Metric,
  'group' | 'unit' | 'kind' | 'direction' | 'tolerance' | 'critical' | 'muted' | 'noData' | 'role'
> & { name: string };

/**
 * Of its own query, or a count of `events` out of an exposure: the increases of the counters in `outOf`, of which
 * the first is there wherever there is traffic, or what the query `outOfLevel` answers.
 */
export type PackMetric = Policy &
  (
    | { promql: string }
    | { events: string; outOf: readonly string[] }
    | { events: string; outOfLevel: string }
  );

const LETTERS = '[b-df-hj-np-tv-xz24-9]';

/**
 * Pods of a ReplicaSet or of a Deployment by its name. Kubernetes writes hashes in letters that make no words, so
 * `checkout` does not match a pod of `checkout-canary`.
 */
export const PODS = `pod=~"\${scope}(-${LETTERS}{1,10})?-${LETTERS}{5}"`;

/** What `PODS` wants as a scope. */
export const POD_SCOPE = 'name of a ReplicaSet or Deployment';

/** Parameters of packs that select pods. */
export const NAMESPACE = { namespace: 'namespace of the workload' };
