// With the queue on Redis: whatever happens to Redis, the rows are the truth and every analysis ends.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startRedis, REDIS_MISSING, type RedisServer } from '../support/redis.ts';
import { startServe, type ServeProcess } from '../support/process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { until } from '../support/poll.ts';
import { inlineRequest, secondsWindow, type AnalysisView, type KnownVerdict } from './requests.ts';

/** An overdue row is found after 15 s, by a sweep that comes every 5 s. */
const SWEPT_MS = 40_000;
const VERDICTS: KnownVerdict[] = ['pass', 'fail', 'nodata'];

describe('the service on Redis', { skip: REDIS_MISSING, timeout: 900_000 }, () => {
  const directory = temporaryDirectory();
  let redis: RedisServer;
  let receiver: WebhookReceiver;
  let service: ServeProcess;

  before(async () => {
    redis = await startRedis({ isPersistent: false });
    receiver = await startWebhookReceiver();
    service = await startServe(directory.path, { REDIS_URL: redis.url });
  });
  after(async () => {
    await service.end('SIGKILL');
    await redis.stop();
    await receiver.close();
    directory[Symbol.dispose]();
  });

  const submit = async (verdict: KnownVerdict, more: object = {}): Promise<string> => {
    const answer = await fetch(`${service.url}/api/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(inlineRequest(verdict, { callbacks: [{ url: receiver.url }], ...more })),
    });
    assert.equal(answer.status, 202, await answer.clone().text());
    return ((await answer.json()) as AnalysisView).id;
  };
  const read = async (id: string) =>
    (await (await fetch(`${service.url}/api/v1/analyses/${id}`)).json()) as AnalysisView;
  const isTold = (id: string) =>
    receiver.requests.some(({ body }) => body.includes(id) && body.includes('analysis.completed'));

  /** Some of each verdict, at once and in real time. */
  const submitMany = () =>
    Promise.all([
      ...VERDICTS.map((verdict) => submit(verdict)),
      ...VERDICTS.map((verdict) => submit(verdict, { window: secondsWindow(3) })),
    ]);
  const allEnd = async (ids: string[]) => {
    for (const [index, id] of ids.entries()) {
      const analysis = await until(
        `${id} ends`,
        async () => {
          assert.ok(service.isAlive(), `the service died: ${service.log()}`);
          const seen = await read(id);
          return seen.endedAt === undefined ? undefined : seen;
        },
        SWEPT_MS,
      );
      assert.deepEqual([analysis.state, analysis.verdict], ['completed', VERDICTS[index % 3]]);
      await until(`the end of ${id} is told`, () => isTold(id), SWEPT_MS);
    }
  };

  test('analyses end, at once and in real time', async () => {
    await allEnd(await submitMany());
    assert.match(service.log(), /there may still be only one process on this data directory/);
  });

  test('Redis flushed in the middle loses nothing', async () => {
    const ids = await submitMany();
    await redis.flush();
    await allEnd(ids);
  });

  test('Redis killed without a memory: submissions go on, and all end once it is back', async () => {
    const before = await submitMany();
    await redis.kill();
    const during = await submitMany();
    assert.equal((await fetch(`${service.url}/health`)).status, 503);
    assert.equal((await fetch(`${service.url}/ready`)).status, 200);
    await redis.restart();
    await allEnd([...before, ...during]);
    assert.equal((await fetch(`${service.url}/health`)).status, 200);
  });

  test('it starts and stops without Redis, and its work waits for the next process', async () => {
    await redis.kill();
    assert.deepEqual(await service.end('SIGTERM'), { code: 0, signal: undefined });
    service = await startServe(directory.path, { REDIS_URL: redis.url });
    const ids = await submitMany();
    assert.deepEqual(await service.end('SIGTERM'), { code: 0, signal: undefined });
    await redis.restart();
    service = await startServe(directory.path, { REDIS_URL: redis.url });
    await allEnd(ids);
  });
});
