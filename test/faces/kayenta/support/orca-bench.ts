import assert from 'node:assert/strict';
import { kayentaConfig } from './kayenta.ts';
import { startLiveWorkloads } from '../../../support/live-workloads.ts';
import type { OrcaCanaryConfig, OrcaScope } from './orca-canary-plan.ts';
import { startOrcaStage, type OrcaStage } from './orca-canary-stage.ts';
import { until } from '../../../support/poll.ts';
import { startServe } from '../../../support/process.ts';
import { startScrapingPrometheus } from '../../../support/prometheus.ts';
import { startQueryGateway } from '../../../support/query-gateway.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const APPS = ['base', 'healthy', 'faulty', 'later', 'stuck', 'waiting', 'foreign'] as const;
/** A workload, and the application of its pipelines; `faulty` is slow from the beginning. */
type App = (typeof APPS)[number];

/** Id of the pipeline's execution in all stages. */
export const ORCA_PIPELINE = '01KF0PZZ0000000000000PARENT';
const CONFIG = 'orca-stage';
const POLL_MS = 50;

/** All that canary stages need, each part real: workloads, a Prometheus that reads them, the service as a process. */
export interface OrcaBench {
  /** Address of the service. */
  url: string;
  /** Judges a workload against `base`, three times in three minutes unless told. */
  startStage(app: App, changes?: Partial<OrcaCanaryConfig>, times?: OrcaScope): OrcaStage;
  createConfig(name: string, changes?: object): Promise<void>;
  /** From now on the workload is slow. */
  degrade(app: App): void;
  /** From now on queries about the workload are never answered. */
  hang(app: App): void;
  /** Whether one of these has been asked. */
  hangsFor(app: App): boolean;
  read(path: string): Promise<unknown>;
  /** Of all canaries of an application, the oldest first. */
  statusesOf(app: App): Promise<string[]>;
  /** Whether the service neither judges nor delivers anything just now. */
  isIdle(): Promise<boolean>;
  close(): Promise<void>;
}

export async function startOrcaBench(minuteMs: number): Promise<OrcaBench> {
  const directory = temporaryDirectory();
  const workloads = await startLiveWorkloads(APPS);
  workloads.degrade('faulty');
  const prometheus = await startScrapingPrometheus(workloads.target);
  const gateway = await startQueryGateway(prometheus.url);
  const service = await startServe(directory.path, {
    CANARY_ACCOUNTS: `[{name: prom-eu, source: prometheus, url: '${gateway.url}'}]`,
    CANARY_KAYENTA_ACCOUNTS:
      '[{name: results-s3, supportedTypes: [OBJECT_STORE]}, {name: configs-s3, supportedTypes: [CONFIGURATION_STORE]}]',
  });
  const bench: OrcaBench = {
    url: service.url,
    startStage: (app, changes, times) =>
      startOrcaStage({
        url: service.url,
        application: app,
        executionId: ORCA_PIPELINE,
        minuteMs,
        pollMs: POLL_MS,
        config: stageConfig(app, changes, times),
      }),
    async createConfig(name, changes) {
      const answer = await fetch(`${service.url}/canaryConfig`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(kayentaConfig(name, { applications: APPS, ...changes })),
      });
      assert.equal(answer.status, 200, await answer.text());
    },
    degrade: (app) => workloads.degrade(app),
    hang: (app) => gateway.hang(`"${app}"`),
    hangsFor: (app) => gateway.hangsFor(`"${app}"`),
    read: async (path) => (await fetch(service.url + path)).json(),
    async statusesOf(app) {
      const canaries = await bench.read(`/canary/executions?application=${app}`);
      return (canaries as { status: string }[]).map(({ status }) => status).toReversed();
    },
    async isIdle() {
      const telemetry = await (await fetch(`${service.url}/metrics`)).text();
      return telemetry.includes('canary_queue_jobs{queue="judge-execution",state="active"} 0\n');
    },
    async close() {
      await service.end('SIGKILL');
      await gateway.close();
      await prometheus.stop();
      await workloads.close();
      directory[Symbol.dispose]();
    },
  };
  await bench.createConfig(CONFIG);
  await until('Prometheus has read some values', () => hasHistory(prometheus.url));
  return bench;
}

function stageConfig(
  app: App,
  changes: Partial<OrcaCanaryConfig> = {},
  times: OrcaScope = {},
): OrcaCanaryConfig {
  return {
    metricsAccountName: 'prom-eu',
    configurationAccountName: 'configs-s3',
    storageAccountName: 'results-s3',
    canaryConfigName: CONFIG,
    scopes: [
      {
        controlScope: 'base',
        controlLocation: 'eu-west-1',
        experimentScope: app,
        experimentLocation: 'eu-west-1',
        step: 1,
        ...times,
      },
    ],
    scoreThresholds: { pass: 90, marginal: 70 },
    lifetimeDuration: 'PT3M',
    canaryAnalysisIntervalMins: 1,
    ...changes,
  };
}

async function hasHistory(url: string): Promise<boolean> {
  const query = 'count_over_time(latency{app="base"}[1m]) > 2';
  const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const { data } = (await answer.json()) as { data: { result: unknown[] } };
  return data.result.length > 0;
}
