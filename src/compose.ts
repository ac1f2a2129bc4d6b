import { createProcessors } from '../jobs/index.ts';
import type { ReceiverRules } from './analysis/accept/check-receiver.ts';
import { createAccept } from './analysis/accept/accept.ts';
import { createConfigChecks } from './analysis/accept/check-stored-config.ts';
import { createCancel } from './analysis/cancel.ts';
import { createChanges } from './analysis/changes.ts';
import { createJudging } from './analysis/judging/judging.ts';
import { createProcessingSwitch } from './analysis/run/processing-switch.ts';
import { keepAccountsApart } from './analysis/run/account-places.ts';
import { createConfigDirectory } from './config-directory/config-directory.ts';
import { createRunExecution } from './analysis/run/run-execution.ts';
import { createRetention } from './analysis/retention.ts';
import { createPrepare, createSubmit } from './analysis/accept/submit.ts';
import { createSweep } from './analysis/sweep.ts';
import { createTry } from './analysis/try.ts';
import { createObserve } from './analysis/observe.ts';
import { createDoor } from './compose/admission.ts';
import { watchGauges } from './compose/gauges.ts';
import { createFaceCarriers, createFaceJudges, createFaces, servedBy } from './compose/faces.ts';
import { createHousekeeping } from './compose/housekeeping.ts';
import { keepingLeases } from './compose/leases.ts';
import { createConfigUses } from './compose/config-uses.ts';
import { readProfiles } from './compose/profiles.ts';
import { createJudgingOfPast } from './compose/judging-of-past.ts';
import { createLimits, createQueue } from './compose/queue.ts';
import { createReading } from './compose/reading.ts';
import { createReceivers, receiverRules } from './compose/receivers.ts';
import { createWhileRunning } from './compose/while-running.ts';
import { checkRole, type Role } from './compose/roles.ts';
import type { Config } from './config.ts';
import { loadContract } from './contract/contract.ts';
import { createApp } from './http/app.ts';
import { createHttpServer } from './http/server.ts';
import { ALL_JUDGES, createJudges } from './judges/registry.ts';
import { linksOf, type LinksOf } from './model/event.ts';
import { createOutboundClient } from './outbound/client.ts';
import { createPageCheck } from './outbound/refuse-page.ts';
import { endsWithin } from './queue/runs.ts';
import { warnOfAttempts } from './sources/asking/attempts.ts';
import { createSources } from './sources/registry.ts';
import { openStore } from './store/open-store.ts';
import type { Telemetry } from './telemetry.ts';
import { createPictures } from './threads/pictures.ts';
import { createThreads } from './threads/threads.ts';
import { createSender } from './webhooks/sender.ts';

export interface Service {
  /** Listens, restores unfinished work and starts the jobs; answers the address that is listened on. */
  start(): Promise<{ url: string }>;
  /** Readiness false first; running work is finished or handed back; then everything closes in reverse. */
  close(): Promise<void>;
}

/** Beyond a delivery's own time-out, so that only a dead worker loses its claim. */
const DELIVERY_LEASE_MARGIN_MS = 30_000;

const SWITCHED_OFF = 'judging was switched off by POST /admin/orca/instance/enabled';

/** What only tests change. */
export interface Rehearsal {
  /** Length of a minute in the durations of standalone canary analyses. */
  minuteMs?: number;
}

/** The composition root: configuration -> adapters -> use cases -> server. */
export async function createService(
  config: Config,
  telemetry: Telemetry,
  { minuteMs = 60_000 }: Rehearsal = {},
  role: Role = 'all',
): Promise<Service> {
  checkRole(role, config);
  const { log } = telemetry;
  const graceMs = config.limits.shutdownGraceMs;
  const stopping = new AbortController();
  const status: Status = { notReady: 'the service is starting', url: '' };
  const rules = receiverRules(config);
  const adapters = await createAdapters(config, telemetry);
  const { store, queue } = adapters;
  const { processors, housekeeping, sweep, configDirectory, faces } = createUseCases(
    config,
    telemetry,
    adapters,
    { status, minuteMs, rules, role },
  );
  const app = createApp({
    contract: servedBy(faces, adapters.contract),
    faces,
    admit: adapters.door.admit,
    origins: config.server.cors.origins,
    telemetry,
    maxBodyBytes: config.server.maxBodyBytes,
    stopping: stopping.signal,
  });
  const server = createHttpServer(app);
  watchGauges(telemetry, store, queue);

  async function startConfigs(): Promise<void> {
    await configDirectory.start().catch((error: unknown) => {
      log.error({ err: error }, 'the config files could not be taken over; they are tried again');
    });
  }

  async function startWork(): Promise<void> {
    await store.releaseAll().catch((error: unknown) => {
      if (store.trouble() === undefined) throw error;
      log.error({ err: error }, 'the store cannot write, so it is only read until it can');
    });
    await sweep.restore().catch((error: unknown) => {
      log.warn({ err: error }, 'the queue took no jobs at start; the sweep will put them back');
    });
    await queue.start(processors);
    housekeeping.start();
  }

  return {
    async start() {
      status.url = await server.listen(config.server.host, config.server.port);
      if (role !== 'worker') await startConfigs();
      if (role !== 'api') await startWork();
      status.notReady = undefined;
      return { url: status.url };
    },
    async close() {
      status.notReady = 'the service is stopping';
      configDirectory.stop();
      stopping.abort();
      await endsWithin(housekeeping.close(), graceMs);
      await queue.close(graceMs);
      await server.close(graceMs); // not earlier: who asks for readiness must hear that it is over
      for (const close of adapters.closers.toReversed()) await close();
    },
  };
}

interface Status {
  /** Why the service wants no requests, or undefined when it does. */
  notReady: string | undefined;
  /** Address that is listened on; empty before. */
  url: string;
}

interface Wishes {
  status: Status;
  minuteMs: number;
  rules: ReceiverRules;
  role: Role;
}

async function createAdapters(config: Config, { log }: Telemetry) {
  const store = await openStore(config, log);
  const { now } = store.peers;
  const shared = await createLimits(config, { store, log });
  const places = shared?.places;
  const client = createOutboundClient({ profile: 'source', allow: config.outbound.sources.allow });
  const { allow: pages } = config.outbound.scrape;
  const scraper = createOutboundClient({ profile: 'scrape', allow: pages });
  for (const line of warnOfAttempts(config.accounts, config.limits.executionDeadlineMs))
    log.warn(line);
  const sources = await createSources(config.accounts, {
    client,
    scrape: { client: scraper, refuse: createPageCheck(pages) },
    samples: store.samples,
    log,
    now,
    places,
    limits: config.limits,
  });
  const { allow: receivers } = config.outbound.webhooks;
  const publicClient = createOutboundClient({ profile: 'webhook', allow: receivers });
  const sender = createSender({
    client: publicClient,
    ...config.webhooks,
    carriers: createFaceCarriers(config, { client: publicClient, store, now }),
    places,
    now,
  });
  const threads = createThreads(config.limits, log);
  const pictures = createPictures(log);
  return {
    contract: loadContract(),
    door: createDoor(config, { counter: shared?.counter, now }),
    store,
    queue: await createQueue(config, { sources, store, log }),
    sources,
    sender,
    publicClient,
    threads,
    pictures,
    judging: createJudging(threads),
    judges: createJudges([...ALL_JUDGES, ...createFaceJudges(config, client)]),
    changes: createChanges(store.peers),
    observe: createObserve({ store, sources, log }),
    closers: [
      () => store.close(),
      async () => shared?.close(),
      () => client.close(),
      () => scraper.close(),
      () => sources.close(),
      () => sender.close(),
      () => threads.close(),
      () => pictures.close(),
    ],
  };
}

type Adapters = Awaited<ReturnType<typeof createAdapters>>;

function createUseCases(
  config: Config,
  telemetry: Telemetry,
  adapters: Adapters,
  { status, minuteMs, rules, role }: Wishes,
) {
  const { door } = adapters;
  const { limits } = config;
  const { peers } = adapters.store;
  const { now } = peers;
  const baseUrl = () => config.server.publicUrl ?? status.url;
  const links: LinksOf = (id) => {
    const { self, report } = linksOf(baseUrl(), id);
    return { self, report: door.shareReport(report) };
  };
  const profiles = readProfiles(config, adapters.contract);
  const base = { ...adapters, ...telemetry, limits, profiles, baseUrl, links, now };
  const common = { ...base, ...createReceivers(config, { ...base, rules }) };
  const accept = createAccept(common);
  const cancel = createCancel(common);
  const processing = createProcessingSwitch(peers);
  const retention = createRetention({
    ...common,
    ...config.data,
    elapsed: () => performance.now(),
  });
  const sweep = createSweep({ ...common, retention });
  const processors = createProcessors({
    ...common,
    runExecution: processing.gate(keepAccountsApart(createRunExecution(common), common)),
    leaseMs: config.webhooks.timeoutMs + DELIVERY_LEASE_MARGIN_MS,
    random: Math.random,
  });
  const prepare = createPrepare({ ...common, ...rules });
  const checks = createConfigChecks({
    ...common,
    checkSchema: (document) => adapters.contract.checkSchema('CanaryConfig', document),
    maxMetrics: limits.maxMetrics,
  });
  const configDirectory = createConfigDirectory(config.configs, { ...common, ...checks });
  const parts = {
    ...common,
    ...door,
    telemetry,
    accept,
    cancel,
    ...createWhileRunning(common),
    processing,
    ...createReading(common),
    ...createJudgingOfPast(common),
    retention,
    minuteMs,
    takeBackup: adapters.store.takeBackup,
    submit: createSubmit({ ...common, ...rules, accept }),
    prepare,
    tryAnalysis: createTry({ ...common, prepare }),
    ...checks,
    ...createConfigUses({ ...common, ...checks, prepare, configDirectory }),
    notReady: () =>
      status.notReady ??
      adapters.store.trouble()?.message ??
      (processing.isOn() ? undefined : SWITCHED_OFF),
  };
  return {
    processors: keepingLeases(processors, peers),
    housekeeping: createHousekeeping({ ...common, sweep }),
    sweep,
    configDirectory,
    faces: createFaces(config, parts, role),
  };
}
