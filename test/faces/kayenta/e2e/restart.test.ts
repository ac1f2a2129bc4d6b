// The process is killed with SIGKILL in the middle of a canary and of a standalone analysis, and started again
// over the same data: both finish under their ids, nothing is judged twice, and every event is told.
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import {
  kayentaConfig,
  kayentaRequest,
  type CanaryStatus,
  type StandaloneStatus,
} from '../support/kayenta.ts';
import { canaryHistory } from '../support/history.ts';
import { until } from '../../../support/poll.ts';
import { startRehearsedServe, type ServeProcess } from '../../../support/process.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type RunningPrometheus,
} from '../../../support/prometheus.ts';
import { startQueryGateway, type QueryGateway } from '../../../support/query-gateway.ts';
import { REDIS_MISSING, startRedis } from '../../../support/redis.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { startWebhookReceiver } from '../../../support/webhook-receiver.ts';
import { createLedger, type Ledger } from '../../../e2e/ledger.ts';
import type { AnalysisView } from '../../../e2e/requests.ts';

const MINUTE_MS = 2000;
/** BullMQ takes a job from a dead worker 30 s after its last sign of life. */
const DEADLINE_MS = 60_000;
const EVERY_QUERY = 'app=';
type CanaryResults = NonNullable<
  StandaloneStatus['canaryAnalysisExecutionResult']
>['canaryExecutionResults'];

describe(
  'Argo 9.3, Orca 9.1: a restart in the middle loses neither canary nor analysis',
  { skip: PROMETHEUS_SKIP, concurrency: true, timeout: 600_000 },
  () => {
    let prometheus: RunningPrometheus;
    before(async () => {
      const now = Date.now();
      prometheus = await startPrometheus(canaryHistory(now - 3_700_000, now + 120_000, 5000));
    });
    after(() => prometheus.stop());

    test('killed while its source hangs', (context) => killedInFetch(context, prometheus.url));

    test(
      'killed while its source hangs, with the queue on Redis',
      { skip: REDIS_MISSING },
      async (context) => {
        const redis = await startRedis();
        context.after(() => redis.stop());
        await killedInFetch(context, prometheus.url, { REDIS_URL: redis.url });
      },
    );

    test('killed in the wait between two intervals', async (context) => {
      const world = await startWorld(context, prometheus.url);
      const canary = await world.startCanary();
      const ended = await world.canaryEnded(canary);
      const analysis = await world.startAnalysis();
      const child = await until('the second wait has begun', async () => {
        const status = await world.readAnalysis(analysis);
        const isWaiting = stageOf(status, 'Interval Wait #2')?.status === 'RUNNING';
        return isWaiting ? stageOf(status, 'Run Canary #1')?.executionId : undefined;
      });
      const judged = await world.readCanary(child);
      assert.deepEqual([ended.status, judged.status], ['succeeded', 'succeeded']);

      const killedAt = Date.now();
      await world.killAndRestart();
      assert.deepEqual(await world.readCanary(canary), ended);
      const [, second] = await checkEnds(world, { canary, analysis, child });
      assert.ok(second!.startTimeMillis! > killedAt, 'the blow came after the wait');
      assert.deepEqual(await world.readCanary(child), judged);
    });

    test('killed right after each answer', async (context) => {
      const world = await startWorld(context, prometheus.url);
      const canary = await world.startCanary();
      await world.killAndRestart();
      const analysis = await world.startAnalysis();
      await world.killAndRestart();
      await checkEnds(world, { canary, analysis });
    });
  },
);

async function killedInFetch(context: TestContext, prometheusUrl: string, env = {}): Promise<void> {
  const world = await startWorld(context, prometheusUrl, env);
  world.gateway.hang(EVERY_QUERY);
  const canary = await world.startCanary();
  const analysis = await world.startAnalysis();
  const child = await until('the first look asks its source', async () => {
    const stage = stageOf(await world.readAnalysis(analysis), 'Run Canary #1');
    return stage?.status === 'RUNNING' ? stage.executionId : undefined;
  });
  const running = await world.readCanary(canary);
  assert.deepEqual(
    [running.status, running.stageStatus?.['setupContext'], running.stageStatus?.['fetchControl0']],
    ['running', 'succeeded', 'running'],
  );
  assert.ok(world.gateway.hangsFor(EVERY_QUERY));
  await until('the start is told, but not taken', () => world.ledger.eventsOf(canary).length > 0);

  await world.killAndRestart();
  const { buildTimeMillis } = await world.canaryEnded(canary);
  assert.equal(buildTimeMillis, running.buildTimeMillis);
  await checkEnds(world, { canary, analysis, child });
  assert.ok(world.timesTold(canary, 'analysis.started') >= 2);
}

/**
 * Both have ended well, under their ids, with one canary for each interval, and everybody has been told.
 * Answers the results of the intervals.
 */
async function checkEnds(
  world: World,
  { canary, analysis, child }: { canary: string; analysis: string; child?: string },
): Promise<CanaryResults> {
  const ended = await world.canaryEnded(canary);
  assert.deepEqual(
    [ended.pipelineId, ended.status, ended.result?.judgeResult.score.score],
    [canary, 'succeeded', 100],
  );
  const whole = await world.analysisEnded(analysis);
  const { canaryExecutionResults = [], canaryScores } = whole.canaryAnalysisExecutionResult ?? {};
  assert.deepEqual(
    [whole.pipelineId, whole.status, canaryScores],
    [analysis, 'succeeded', [100, 100]],
  );
  const children = canaryExecutionResults.map(({ executionId }) => executionId);
  if (child !== undefined) assert.equal(children[0], child);
  const listed = (await world.read('/canary/executions?application=killed')) as CanaryStatus[];
  assert.equal(listed.length, 3);
  assert.deepEqual(
    new Set(listed.map(({ pipelineId }) => pipelineId)),
    new Set([canary, ...children]),
  );
  const native = (await world.read(`/api/v1/analyses/${analysis}`)) as AnalysisView;
  assert.deepEqual(
    native.intervals.map(({ index, state }) => [index, state]),
    [
      [1, 'completed'],
      [2, 'completed'],
    ],
  );
  await checkEvents(world.ledger, canary, 1);
  await checkEvents(world.ledger, analysis, 2);
  assert.deepEqual(world.ledger.complaints, []);
  return canaryExecutionResults;
}

async function checkEvents(ledger: Ledger, id: string, looks: number): Promise<void> {
  const intervals = Array.from({ length: looks }, () => 'analysis.interval_completed');
  const expected = ['analysis.started', ...intervals, 'analysis.completed'];
  const arrived = () => ledger.eventsOf(id).length >= expected.length;
  await until(`all events of ${id} have arrived`, arrived, DEADLINE_MS);
  assert.deepEqual(
    ledger.eventsOf(id).map(({ type }) => type),
    expected,
  );
}

/** A service with its data, its source and the receiver of its events, which takes none in the first life. */
interface World {
  gateway: QueryGateway;
  ledger: Ledger;
  timesTold(id: string, type: string): number;
  /** SIGKILL; then the source and the receiver answer, and the service starts over the same data. */
  killAndRestart(): Promise<void>;
  startCanary(): Promise<string>;
  startAnalysis(): Promise<string>;
  readCanary(id: string): Promise<CanaryStatus>;
  readAnalysis(id: string): Promise<StandaloneStatus>;
  canaryEnded(id: string): Promise<CanaryStatus>;
  analysisEnded(id: string): Promise<StandaloneStatus>;
  read(path: string): Promise<unknown>;
}

async function startWorld(
  context: TestContext,
  prometheusUrl: string,
  more: Record<string, string> = {},
): Promise<World> {
  const directory = temporaryDirectory();
  const gateway = await startQueryGateway(prometheusUrl);
  const receiver = await startWebhookReceiver();
  const ledger = createLedger();
  let takesEvents = false;
  receiver.answerWith((request) => {
    ledger.receive(request);
    return takesEvents ? { status: 200 } : 'hang';
  });
  const env = {
    CANARY_ACCOUNTS: `[{name: prom-eu, source: prometheus, url: '${gateway.url}'}]`,
    CANARY_KAYENTA_CALLBACKS: `[{url: '${receiver.url}'}]`,
    ...more,
  };
  let service: ServeProcess = await startRehearsedServe(directory.path, MINUTE_MS, env);
  context.after(async () => {
    await service.end('SIGKILL');
    await gateway.close();
    await receiver.close();
    directory[Symbol.dispose]();
  });

  const read = async (path: string) => (await fetch(service.url + path)).json();
  const post = async (path: string, executionRequest: object) => {
    const answer = await fetch(service.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ canaryConfig: kayentaConfig('restart'), executionRequest }),
    });
    assert.equal(answer.status, 200);
    return (await answer.json()) as Record<string, string>;
  };
  const readCanary = async (id: string) => (await read(`/canary/${id}`)) as CanaryStatus;
  const readAnalysis = async (id: string) =>
    (await read(`/standalone_canary_analysis/${id}`)) as StandaloneStatus;
  const ended = async <T extends { complete: boolean }>(
    id: string,
    ask: (id: string) => Promise<T>,
  ): Promise<T> => {
    const askLong = async () => {
      await read(`/api/v1/analyses/${id}?wait=10s`);
      const status = await ask(id);
      return status.complete ? status : undefined;
    };
    return until(`${id} ends`, askLong, DEADLINE_MS);
  };
  return {
    gateway,
    ledger,
    timesTold: (id, type) =>
      receiver.requests.filter(({ body }) => body.includes(id) && body.includes(type)).length,
    async killAndRestart() {
      assert.deepEqual(await service.end('SIGKILL'), { code: undefined, signal: 'SIGKILL' });
      gateway.release();
      takesEvents = true;
      service = await startRehearsedServe(directory.path, MINUTE_MS, env);
    },
    startCanary: async () =>
      (await post('/canary?application=killed', kayentaRequest('ok')))['canaryExecutionId']!,
    startAnalysis: async () => {
      const body = await post('/standalone_canary_analysis?application=killed', {
        scopes: [{ controlScope: 'base', experimentScope: 'ok', step: 1 }],
        thresholds: { pass: 90, marginal: 70 },
        lifetimeDurationMins: 2,
        analysisIntervalMins: 1,
      });
      return body['canaryAnalysisExecutionId']!;
    },
    read,
    readCanary,
    readAnalysis,
    canaryEnded: (id) => ended(id, readCanary),
    analysisEnded: (id) => ended(id, readAnalysis),
  };
}

function stageOf({ stageStatus }: StandaloneStatus, wanted: string) {
  return stageStatus.find(({ name }) => name === wanted);
}
