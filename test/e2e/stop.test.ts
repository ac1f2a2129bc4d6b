// How a process ends and why it does not start: orderly stop, one process per directory, clear refusals.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { test, type TestContext } from 'node:test';
import { OLD_NODE, OLD_NODE_MISSING } from '../support/old-node.ts';
import { until } from '../support/poll.ts';
import { failToServe, startServe, type ServeProcess } from '../support/process.ts';
import { startStubServer } from '../support/stub-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { inlineRequest, secondsWindow, type AnalysisView } from './requests.ts';

const PROMETHEUS_REQUEST = {
  ...inlineRequest('pass'),
  config: {
    name: 'up',
    metrics: [{ name: 'up', query: { source: 'prometheus', promql: 'up{app="${scope}"}' } }],
  },
  pairs: [],
  window: { start: '2026-01-15T10:00:00Z', end: '2026-01-15T10:05:00Z', step: '60s' },
};
const EMPTY_ANSWER = { status: 'success', data: { resultType: 'matrix', result: [] } };

test('a stop says so first, lets running work finish, and answers who waits', async (context) => {
  const { directory, source, serve } = await stage(context);
  const service = await serve();
  const { id } = await submit(service, PROMETHEUS_REQUEST);
  const later = await submit(service, inlineRequest('pass', { window: secondsWindow(3) }));
  await until('the judgement asks its source', () => source.pending.length === 2);
  const longPoll = read(service, `${later.id}?wait=60s`);

  service.signal('SIGTERM');
  await until('it is not ready', async () => (await statusOf(`${service.url}/ready`)) === 503);
  assert.equal((await longPoll).state, 'queued');
  assert.equal((await read(service, id)).state, 'running');
  source.release();
  assert.deepEqual(await service.ended, { code: 0, signal: undefined });

  const next = await startServe(directory);
  context.after(() => next.end('SIGKILL'));
  assert.deepEqual(await endOf(next, id), ['completed', 'nodata', 1]);
  assert.deepEqual(await endOf(next, later.id), ['completed', 'pass', 3]);
});

test('work that outlasts the grace is handed back, and the next process does it', async (context) => {
  const { source, serve } = await stage(context);
  const service = await serve({ CANARY_LIMITS_SHUTDOWN_GRACE: '200ms' });
  const { id } = await submit(service, PROMETHEUS_REQUEST);
  await until('the judgement asks its source', () => source.pending.length === 2);
  assert.deepEqual(await service.end('SIGTERM'), { code: 0, signal: undefined });
  assert.doesNotMatch(service.log(), /"level":"error"/);

  source.release();
  const next = await serve();
  assert.deepEqual(await endOf(next, id), ['completed', 'nodata', 1]);
});

test('an idle connection that is kept alive does not hold up a stop', async (context) => {
  const { serve } = await stage(context);
  const service = await serve();
  const agent = new Agent({ keepAlive: true });
  context.after(() => agent.destroy());
  const [answer] = await once(get(`${service.url}/ready`, { agent }), 'response');
  answer.resume();
  await once(answer, 'end');
  const begin = performance.now();
  assert.deepEqual(await service.end('SIGTERM'), { code: 0, signal: undefined });
  assert.ok(performance.now() - begin < 5000);
});

test('a second process on the same data directory is refused in one sentence', async (context) => {
  const { directory, serve } = await stage(context);
  const service = await serve();
  const refused = await failToServe(directory);
  assert.equal(refused.code, 78);
  assert.equal(
    refused.said,
    `canary-verdict cannot start: data directory "${directory}" is in use by another process; stop that process, or give this one a directory of its own\n`,
  );
  assert.equal(await statusOf(`${service.url}/ready`), 200);
});

test('a port that is taken is refused in one sentence', async (context) => {
  const { source, directory } = await stage(context);
  const port = new URL(source.url).port;
  for (const more of [{}, { REDIS_URL: 'redis://127.0.0.1:1' }]) {
    const refused = await failToServe(directory, { CANARY_SERVER_PORT: port, ...more });
    assert.equal(refused.code, 78);
    assert.match(
      refused.said,
      /^canary-verdict cannot start: cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.*$/m,
    );
  }
});

test('a Node that is too old is refused in one sentence', { skip: OLD_NODE_MISSING }, async () => {
  using directory = temporaryDirectory();
  const refused = await failToServe(directory.path, {}, OLD_NODE);
  assert.equal(refused.code, 78);
  assert.match(
    refused.said,
    /^canary-verdict needs Node 22\.19 or newer, and this is Node .+: run it through npm .+\n$/,
  );
});

/** A directory, a source that answers when told to, and services that end with the test. */
async function stage(context: TestContext) {
  const directory = temporaryDirectory();
  context.after(() => directory[Symbol.dispose]());
  const source = await startSlowSource();
  context.after(() => source.close());
  const accounts = `[{name: slow, source: prometheus, url: '${source.url}'}]`;
  return {
    directory: directory.path,
    source,
    async serve(env: Record<string, string> = {}) {
      const service = await startServe(directory.path, { CANARY_ACCOUNTS: accounts, ...env });
      context.after(() => service.end('SIGKILL'));
      return service;
    },
  };
}

/** Holds each question back until it is released; then it knows no series. */
async function startSlowSource() {
  const gate = Promise.withResolvers<void>();
  const pending: unknown[] = [];
  const server = await startStubServer(async (request) => {
    pending.push(request);
    await gate.promise;
    return { body: JSON.stringify(EMPTY_ANSWER) };
  });
  return { url: server.url, pending, release: gate.resolve, close: () => server.close() };
}

async function submit({ url }: ServeProcess, body: object): Promise<AnalysisView> {
  const answer = await fetch(`${url}/api/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 202);
  return (await answer.json()) as AnalysisView;
}

async function read({ url }: ServeProcess, path: string): Promise<AnalysisView> {
  return (await (await fetch(`${url}/api/v1/analyses/${path}`)).json()) as AnalysisView;
}

async function endOf(service: ServeProcess, id: string) {
  const { state, verdict, intervals } = await read(service, `${id}?wait=20s`);
  return [state, verdict, intervals.length];
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url)).status;
}
