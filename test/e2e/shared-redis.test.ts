// Two services on one Redis, each with a store of its own: neither takes the other's jobs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Redis } from 'ioredis';
import { REDIS_MISSING, startRedis, type RedisServer } from '../support/redis.ts';
import { startTestService, until, type TestService } from '../support/service.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

const EACH = 20;

describe('two services on one Redis', { skip: REDIS_MISSING, timeout: 120_000 }, () => {
  let redis: RedisServer;
  const services: TestService[] = [];

  before(async () => {
    redis = await startRedis({ isPersistent: false });
    const env = { REDIS_URL: redis.url, CANARY_REDIS_PREFIX: 'shared' };
    for (let count = 0; count < 2; count += 1) services.push(await startTestService(env));
  });
  after(async () => {
    for (const service of services) await service.close();
    await redis?.stop();
  });

  test('each judges its own', async () => {
    const submitted = services.flatMap((service) =>
      Array.from({ length: EACH }, async () => {
        const body = inlineRequest('pass');
        const { status, text } = await service.call('post', '/api/v1/analyses', { body });
        assert.equal(status, 202, text);
        return { service, id: (JSON.parse(text) as AnalysisView).id };
      }),
    );
    for (const { service, id } of await Promise.all(submitted)) {
      const ended = await until(async () => {
        const { body } = await service.call('get', `/api/v1/analyses/${id}`);
        return (body as AnalysisView).endedAt === undefined ? undefined : (body as AnalysisView);
      });
      assert.equal(ended.state, 'completed');
    }
  });

  test('every key begins with the prefix and the id of a store', async () => {
    const client = new Redis(redis.url);
    const keys = await client.keys('*');
    client.disconnect();
    const starts = new Set(keys.map((key) => /^shared:[0-9A-Z]{26}:/.exec(key)?.[0]));
    assert.equal(starts.size, 2);
    assert.ok(!starts.has(undefined), keys.join('\n'));
  });
});
