import { createProcessors } from '../jobs/index.ts';
import { createCancel } from './analysis/cancel.ts';
import { createChanges } from './analysis/changes.ts';
import { createJudgePairs } from './analysis/judge-pairs.ts';
import { createRead } from './analysis/read.ts';
import { createRunExecution } from './analysis/run-execution.ts';
import { createSubmit } from './analysis/submit.ts';
import { createSweep } from './analysis/sweep.ts';
import type { Config } from './config.ts';
import { loadContract } from './contract.ts';
import { createApp } from './http/app.ts';
import { createAuthenticate } from './http/auth.ts';
import { createOperator } from './http/operator.ts';
import { createPages } from './http/pages.ts';
import { createHttpServer } from './http/server.ts';
import { createV1 } from './http/v1.ts';
import { createNetflixJudge } from './judges/netflix/judge.ts';
import { createJudges } from './judges/registry.ts';
import { createOutboundClient } from './outbound/client.ts';
import { createBullmqQueue } from './queue/bullmq.ts';
import { createEmbeddedQueue } from './queue/embedded.ts';
import type { Queue } from './queue/queue.ts';
import { createSources } from './sources/registry.ts';
import { createSqliteStore } from './store/sqlite-store.ts';
import type { Store } from './store/store.ts';
import type { Telemetry } from './telemetry.ts';
import { createSender } from './webhooks/sender.ts';

export interface Service {
  /** Listens, restores unfinished work and starts the jobs; answers the address that is listened on. */
  start(): Promise<{ url: string }>;
  /** Readiness false first; running work is finished or handed back; then everything closes in reverse. */
  close(): Promise<void>;
}

const SWEEP_EVERY_MS = 5_000;
/** Beyond a delivery's own time-out, so that only a dead worker loses its claim. */
const DELIVERY_LEASE_MARGIN_MS = 30_000;

/** The composition root: configuration -> adapters -> use cases -> server. */
export async function createService(config: Config, telemetry: Telemetry): Promise<Service> {
  const { limits } = config;
  const { log, meters } = telemetry;
  const now = () => Date.now();
  const stopping = new AbortController();
  let notReady: string | undefined = 'the service is starting';
  let listening = '';
  const baseUrl = () => config.server.publicUrl ?? listening;

  const contract = loadContract();
  const store = await createSqliteStore({ directory: config.data.directory });
  const queue = createQueue(config, telemetry);
  const sourceClient = createOutboundClient({
    profile: 'source',
    allow: config.outbound.sources.allow,
  });
  const sources = createSources(config.accounts, {
    client: sourceClient,
    samples: store.samples,
    log,
    now,
    maxSeries: limits.maxSeries,
  });
  const sender = createSender({
    client: createOutboundClient({ profile: 'webhook', allow: config.outbound.webhooks.allow }),
    secrets: config.webhooks.secrets,
    now,
    timeoutMs: config.webhooks.timeoutMs,
  });
  const judges = createJudges([createNetflixJudge()]);
  const changes = createChanges();

  const common = { store, queue, sources, judges, changes, limits, baseUrl, log, meters, now };
  const sweep = createSweep({ ...common, retentionMs: config.data.retentionMs });
  const read = createRead(store, changes, now);
  const processors = createProcessors({
    ...common,
    runExecution: createRunExecution(common),
    sweep,
    sender,
    leaseMs: config.webhooks.timeoutMs + DELIVERY_LEASE_MARGIN_MS,
    random: Math.random,
  });
  const app = createApp({
    contract,
    handlers: {
      ...createV1({
        store,
        submit: createSubmit({ ...common, secretNames: Object.keys(config.webhooks.secrets) }),
        read,
        cancel: createCancel(common),
        judgePairs: createJudgePairs(judges, limits.maxMetrics),
        maxMetrics: limits.maxMetrics,
        now,
      }),
      ...createOperator({ contract, store, queue, telemetry, notReady: () => notReady }),
      ...createPages({ read, baseUrl, now }),
    },
    authenticate: createAuthenticate(config.server.tokens),
    telemetry,
    maxBodyBytes: config.server.maxBodyBytes,
    stopping: stopping.signal,
  });
  const server = createHttpServer(app);
  watchGauges(telemetry, store, queue, now);
  let sweepTimer: NodeJS.Timeout | undefined;

  return {
    async start() {
      const { host, port } = await server.listen(config.server.host, config.server.port);
      listening = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      await store.releaseAll();
      await queue.start(processors);
      await sweep
        .restore()
        .catch((error: unknown) =>
          log.warn({ err: error }, 'the queue took no jobs at start; the sweep will put them back'),
        );
      sweepTimer = setInterval(() => {
        queue
          .enqueue({ name: 'sweep', id: 'sweep' })
          .catch((error: unknown) => log.warn({ err: error }, 'the sweep could not be queued'));
      }, SWEEP_EVERY_MS);
      notReady = undefined;
      log.info(
        { url: listening, queue: config.redis.url === undefined ? 'embedded' : 'redis' },
        'ready',
      );
      return { url: listening };
    },
    async close() {
      notReady = 'the service is stopping';
      clearInterval(sweepTimer);
      stopping.abort();
      await server.close(limits.shutdownGraceMs);
      await queue.close(limits.shutdownGraceMs);
      await sources.close();
      await sourceClient.close();
      await sender.close();
      await store.close();
    },
  };
}

function createQueue(config: Config, { log }: Telemetry): Queue {
  const { judgeConcurrency, deliveryConcurrency } = config.limits;
  const concurrency = {
    'judge-execution': judgeConcurrency,
    'deliver-webhook': deliveryConcurrency,
    sweep: 1,
  };
  if (config.redis.url === undefined) return createEmbeddedQueue({ concurrency, log });
  log.info(
    'jobs are queued on Redis; with the embedded store there may still be only one process on this data directory',
  );
  return createBullmqQueue({ redisUrl: config.redis.url, prefix: 'canary', concurrency, log });
}

function watchGauges(
  { meters, onCollect }: Telemetry,
  store: Store,
  queue: Queue,
  now: () => number,
): void {
  onCollect(async () => {
    const oldest = await store.deliveries.oldestPendingAt();
    meters.oldestPendingDeliverySeconds.set(oldest === undefined ? 0 : (now() - oldest) / 1000);
    const depth = await queue.depth().catch(() => undefined);
    if (depth === undefined) return;
    for (const [state, count] of Object.entries(depth)) meters.queueJobs.set({ state }, count);
  });
}
