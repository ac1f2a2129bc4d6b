import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from '@prometheus-io/client';
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** `error` = a person must act; `warn` = heals itself; `info` = one line per execution and delivery. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent';

/** Our own counters. Never an id, a tenant or a URL as a label: their number must stay small. */
export interface Meters {
  analyses: Counter<'verdict'>;
  analysisSeconds: Histogram;
  executionSeconds: Histogram;
  querySeconds: Histogram<'source' | 'outcome'>;
  deliveries: Counter<'outcome'>;
  oldestPendingDeliverySeconds: Gauge;
  queueJobs: Gauge<'queue' | 'state'>;
  oldestDueSeconds: Gauge<'queue'>;
  oldestClaimSeconds: Gauge;
  requeued: Counter;
  triggers: Counter<'sender' | 'outcome'>;
  pushedPoints: Counter<'protocol' | 'outcome'>;
  requestSeconds: Histogram<'operation' | 'status'>;
}

export interface GaugeOf<Name extends string> {
  name: string;
  help: string;
  labelNames: readonly Name[];
}

export interface LabelledGauge<Name extends string> {
  set(labels: Record<Name, string>, value: number): void;
  reset(): void;
}

export interface Telemetry {
  log: Log;
  meters: Meters;
  /** A gauge of a part that may be absent. */
  gauge<Name extends string>(of: GaugeOf<Name>): LabelledGauge<Name>;
  /** Runs before each scrape, to set gauges that are read from elsewhere. */
  onCollect(refresh: () => Promise<void>): void;
  /** Prometheus text format and its content type. */
  expose(): Promise<{ contentType: string; body: string }>;
}

/** Keys whose values never reach a log line, wherever they stand (two levels deep is all we log). */
const SECRET_KEYS = [
  'authorization',
  'password',
  'token',
  'bearerToken',
  'secret',
  'secrets',
  'headers',
  'cookie',
];

export function createTelemetry(options: {
  level: LogLevel;
  destination?: DestinationStream;
}): Telemetry {
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
        censor: '[redacted]',
      },
    },
    options.destination ?? pino.destination(2),
  );
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const refreshers: (() => Promise<void>)[] = [];
  return {
    log,
    meters: createMeters(registry),
    gauge<Name extends string>({ name, help, labelNames }: GaugeOf<Name>) {
      const names: string[] = [...labelNames];
      return new Gauge<string>({ name, help, labelNames: names, registers: [registry] });
    },
    onCollect: (refresh) => refreshers.push(refresh),
    async expose() {
      await Promise.all(refreshers.map((refresh) => refresh()));
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

const SECONDS = [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** An analysis over a window in the past takes moments, one in real time as long as its window, up to days. */
const LONG_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

const ENDS = ['pass', 'marginal', 'fail', 'nodata', 'undecided', 'failed', 'cancelled'];
const PUSHED = [
  ['otlp', 'kept'],
  ['otlp', 'unasked'],
  ['otlp', 'rejected'],
  ['native', 'kept'],
  ['native', 'repeated'],
] as const;
const OUTCOMES = ['delivered', 'retry', 'dead'];

/** Counters begin at 0 for each known label: an increase from nothing to 1 is none to Prometheus. */
function createMeters(registry: Registry): Meters {
  const meters = { ...metersOfWork([registry]), ...metersOfQueue([registry]) };
  for (const verdict of ENDS) meters.analyses.inc({ verdict }, 0);
  for (const outcome of OUTCOMES) meters.deliveries.inc({ outcome }, 0);
  for (const [protocol, outcome] of PUSHED) meters.pushedPoints.inc({ protocol, outcome }, 0);
  return meters;
}

/** What is judged, sent and answered. */
function metersOfWork(registers: Registry[]) {
  return {
    analyses: new Counter({
      name: 'canary_analyses_total',
      help: 'Analyses that ended, by verdict; failed and cancelled ones under those words.',
      labelNames: ['verdict'],
      registers,
    }),
    analysisSeconds: new Histogram({
      name: 'canary_analysis_duration_seconds',
      help: 'Time from the submission of an analysis to its verdict or failure.',
      buckets: LONG_SECONDS,
      registers,
    }),
    executionSeconds: new Histogram({
      name: 'canary_execution_duration_seconds',
      help: 'Time from claim to settlement of one judgement run.',
      buckets: SECONDS,
      registers,
    }),
    querySeconds: new Histogram({
      name: 'canary_metric_query_seconds',
      help: 'Time of one query to a metric source, attempts included.',
      labelNames: ['source', 'outcome'],
      buckets: SECONDS,
      registers,
    }),
    deliveries: new Counter({
      name: 'canary_webhook_deliveries_total',
      help: 'Webhook attempts, by outcome: delivered, retry or dead.',
      labelNames: ['outcome'],
      registers,
    }),
    pushedPoints: new Counter({
      name: 'canary_pushed_points_total',
      help: 'Points of metrics that were sent here, by protocol and outcome: kept, repeated, unasked or rejected.',
      labelNames: ['protocol', 'outcome'],
      registers,
    }),
    triggers: new Counter({
      name: 'canary_triggers_total',
      help: 'Webhooks of CD systems, by sender and outcome: started, repeated, ignored, refused or failed.',
      labelNames: ['sender', 'outcome'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'canary_http_request_seconds',
      help: 'Time to answer an API request.',
      labelNames: ['operation', 'status'],
      buckets: SECONDS,
      registers,
    }),
  };
}

/** What waits. */
function metersOfQueue(registers: Registry[]) {
  return {
    oldestPendingDeliverySeconds: new Gauge({
      name: 'canary_webhook_oldest_pending_seconds',
      help: 'Age of the oldest delivery still pending; 0 when there is none.',
      registers,
    }),
    queueJobs: new Gauge({
      name: 'canary_queue_jobs',
      help: 'Jobs of each queue, by state: waiting, delayed or active.',
      labelNames: ['queue', 'state'],
      registers,
    }),
    oldestDueSeconds: new Gauge({
      name: 'canary_queue_oldest_due_seconds',
      help: 'How long the row that waits longest for a worker has been due; 0 when none is.',
      labelNames: ['queue'],
      registers,
    }),
    oldestClaimSeconds: new Gauge({
      name: 'canary_oldest_claim_seconds',
      help: 'Age of the oldest claim on an execution; 0 when none is held.',
      registers,
    }),
    requeued: new Counter({
      name: 'canary_reconciler_requeued_total',
      help: 'Overdue rows announced to the queue again; those that only wait still have their job.',
      registers,
    }),
  };
}
