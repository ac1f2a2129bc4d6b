// A sequential analysis in real time: a look at every step, an early end, and history from the store.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { startTestService, type TestService } from '../support/service.ts';

let api: TestService;
const servers: Server[] = [];
before(async () => {
  api = await startTestService();
});
after(async () => {
  await api.close();
  for (const server of servers) server.close();
});

/** An instance whose gauge moves a little around a level, differently at each scrape. */
async function startInstance(level: number): Promise<string> {
  let scrapes = 0;
  const server = createServer((_request, response) => {
    scrapes += 1;
    const value = level * (1 + 0.02 * Math.sin(2.4 * scrapes));
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`# TYPE load gauge\nload ${value}\n`);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

test('it looks at every step, fails early, and deletes results that later ones contain', async () => {
  const [baseline, canary] = [await startInstance(10), await startInstance(20)];
  const { body } = await api.call('post', '/api/v1/analyses', {
    body: {
      config: {
        name: 'load',
        judge: 'SequentialJudge-v1.0',
        metrics: [
          {
            name: 'load',
            critical: true,
            direction: 'increase',
            query: { source: 'scrape', gauge: 'load' },
          },
        ],
      },
      baseline: { scope: 'v1', parameters: { instances: baseline } },
      canary: { scope: 'v2', parameters: { instances: canary } },
      window: { duration: '1m', step: '300ms', settle: '150ms' },
    },
  });
  assert.equal(body.window.interval, '300ms');
  const { body: analysis } = await api.call('get', `/api/v1/analyses/${body.id}?wait=55s`);
  assert.deepEqual(
    [analysis.state, analysis.verdict, analysis.decision],
    ['completed', 'fail', 'rollback'],
  );
  assert.equal(analysis.judgement.sequential.decision, 'fail-early');
  const looks = analysis.intervals.length;
  assert.ok(looks >= 5 && looks < 150, `${looks} looks`);
  assert.ok(Date.parse(analysis.endedAt) - Date.parse(analysis.createdAt) < 50_000);
  const first = await api.call('get', `/api/v1/analyses/${body.id}/pairs?interval=1`);
  assert.equal(first.status, 404);
  const last = await api.call('get', `/api/v1/analyses/${body.id}/pairs`);
  assert.equal(last.body.interval, looks);
});
