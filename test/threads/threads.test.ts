import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { WORK } from '../../src/analysis/judging/work.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { createThreads, type ThreadLimits } from '../../src/threads/threads.ts';

const SEQUENTIAL = 'SequentialJudge-v1.0';
const NOBODY_STOPS = new AbortController().signal;

test('a thread answers what the same function answers here', async (context) => {
  const threads = startThreads(context);
  const request = requestOf({ points: 200 });
  const answer = await threads.run('judgeRequest', request, NOBODY_STOPS);
  assert.deepEqual(answer, WORK.judgeRequest(request));
});

test('a fault comes back as it was thrown', async (context) => {
  const threads = startThreads(context);
  const request = requestOf({ judge: 'Nobody' });
  await assert.rejects(threads.run('judgeRequest', request, NOBODY_STOPS), {
    name: 'Fault',
    code: 'unknown-judge',
    subject: 'judge "Nobody"',
    message: /^there is no judge "Nobody": use one of NetflixACAJudge/,
  });
});

test('a judgement that needs too much memory is told so, and what waited behind it is done', async (context) => {
  const threads = startThreads(context, { judgingThreads: 1, judgingMemoryMegabytes: 32 });
  const [large, ...small] = await Promise.allSettled(
    [requestOf({ metrics: 15, points: 100_000 }), requestOf({}), requestOf({})].map((request) =>
      threads.run('judgeRequest', request, NOBODY_STOPS),
    ),
  );
  assert.equal(large?.status, 'rejected');
  assert.equal(large.reason.code, 'judge-crashed');
  assert.match(large.reason.message, /needed more than 32 MB of memory: judge fewer metrics/);
  assert.deepEqual(
    small.map(({ status }) => status),
    ['fulfilled', 'fulfilled'],
  );
});

test('work that nobody waits for any more gives its thread to the next', async (context) => {
  const threads = startThreads(context, { judgingThreads: 1 });
  const client = new AbortController();
  const forHours = threads.run('judgeRequest', endless(), client.signal);
  const waiting = threads.run('judgeRequest', endless(), client.signal);
  const next = threads.run('judgeRequest', requestOf({}), NOBODY_STOPS);
  setTimeout(() => client.abort(), 300);
  await assert.rejects(forHours, { code: 'shutting-down' });
  await assert.rejects(waiting, { code: 'shutting-down' });
  assert.equal((await next).metrics.length, 1);
});

test('work that takes longer than it may is ended', async (context) => {
  const threads = startThreads(context, { judgingThreads: 1, executionDeadlineMs: 300 });
  await assert.rejects(threads.run('judgeRequest', endless(), NOBODY_STOPS), {
    code: 'deadline-exceeded',
    message:
      'judging was ended after 0.3 s: judge fewer metrics or points at once, or raise limits.executionDeadline',
  });
});

test('requests leave one thread to looks', async (context) => {
  const threads = startThreads(context, { judgingThreads: 2 });
  const client = new AbortController();
  const requests = [1, 2, 3].map(() => threads.run('judgeRequest', endless(), client.signal));
  const { config } = WORK.prepareRequest(requestOf({})).input;
  const look = await threads.run('prepareLook', emptyLook(config), NOBODY_STOPS);
  assert.ok('input' in look);
  client.abort();
  for (const request of requests) await assert.rejects(request, { code: 'shutting-down' });
});

function startThreads(context: TestContext, limits: Partial<ThreadLimits> = {}) {
  const threads = createThreads(
    {
      judgingThreads: undefined,
      judgingMemoryMegabytes: 512,
      executionDeadlineMs: 120_000,
      ...limits,
    },
    createTelemetry({ level: 'silent' }).log,
  );
  context.after(() => threads.close());
  return threads;
}

function requestOf({ metrics = 1, points = 30, judge = 'NetflixACAJudge-v1.0' }) {
  const names = Array.from({ length: metrics }, (_, index) => `m${index}`);
  const series = (shift: number) =>
    Array.from({ length: points }, (_, i) => 1 + (((i + shift) * 7919) % 1013) / 1013);
  return {
    config: {
      name: 'checkout',
      judge,
      metrics: names.map((name) => ({ name, query: { source: 'inline' as const } })),
    },
    pairs: names.map((metric) => ({
      metric,
      step: '60s',
      baseline: series(0),
      canary: series(5),
    })),
  };
}

/** More than any test waits for. */
function endless() {
  return requestOf({ metrics: 40, points: 100_000, judge: SEQUENTIAL });
}

function emptyLook(config: ReturnType<typeof WORK.prepareRequest>['input']['config']) {
  const interval = { index: 1, startAt: 0, endAt: 60_000, dueAt: 0 };
  const window = { kind: 'fixed' as const, startAt: 0, endAt: 60_000, stepSeconds: 60 };
  return {
    snapshot: {
      configName: config.name,
      config: { ...config, metrics: [] },
      thresholds: config.thresholds,
      scopes: {},
      window,
      callbacks: [],
      labels: {},
      inlineSeries: {},
    },
    interval,
    executionId: 'execution',
    metrics: [],
    answers: new Map(),
    metricsBefore: [],
    healthy: [],
  };
}
