// Pages of a cancelled analysis are left alone at once; a page that another analysis observes too is read on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestService, until } from '../support/service.ts';
import { startStubServer } from '../support/stub-server.ts';

test('a cancelled analysis is scraped no more, while what others observe is read on', async (context) => {
  const page = async () => {
    const server = await startStubServer(() => ({ body: 'level 1\n' }));
    context.after(() => server.close());
    return server;
  };
  const [shared, own] = [await page(), await page()];
  const service = await startTestService({ CANARY_OUTBOUND_SCRAPE_ALLOW: '[127.0.0.0/8]' });
  context.after(() => service.close());
  const submit = async (canary: string): Promise<string> => {
    const request = analysisOf(shared.url, canary);
    const { body, status } = await service.call('post', '/api/v1/analyses', { body: request });
    assert.equal(status, 202, JSON.stringify(body));
    return (body as { id: string }).id;
  };
  const kept = await submit(`${shared.url}/canary`);
  const cancelled = await submit(own.url);
  const readings = (server: typeof own, count: number) =>
    until(() => Promise.resolve(server.requests.length >= count ? true : undefined));
  await readings(own, 2);
  await service.call('post', `/api/v1/analyses/${cancelled}/cancel`);
  const [sharedBefore, ownBefore] = [shared.requests.length, own.requests.length];
  await readings(shared, sharedBefore + 3);
  assert.ok(own.requests.length <= ownBefore + 1, 'only a reading under way may still end');
  await service.call('post', `/api/v1/analyses/${kept}/cancel`);
});

function analysisOf(baseline: string, canary: string) {
  const query = { source: 'scrape', gauge: 'level' };
  return {
    config: { name: 'pages', metrics: [{ name: 'level', query, direction: 'increase' }] },
    baseline: { scope: 'v1', parameters: { instances: baseline } },
    canary: { scope: 'v2', parameters: { instances: canary } },
    window: { duration: '10m', interval: '5m', step: '1s' },
  };
}
