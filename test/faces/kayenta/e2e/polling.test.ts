// 200 clients ask for the status of their running canaries once a second, as Orca does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { kayentaConfig, kayentaRequest, startKayentaOn } from '../support/kayenta.ts';
import { startStubServer } from '../../../support/stub-server.ts';

const CLIENTS = 200;
const SECONDS = 3;

test('polling once a second by 200 clients is cheap', async (t) => {
  const silent = await startStubServer(() => 'never');
  const api = await startKayentaOn(silent.url, { CANARY_LIMITS_SHUTDOWN_GRACE: '50ms' });
  t.after(async () => {
    await api.close();
    await silent.close();
  });
  const ids: string[] = [];
  for (let count = 0; count < CLIENTS; count += 1) {
    const { body } = await api.call('post', '/canary?application=polled', {
      body: { canaryConfig: kayentaConfig('polled'), executionRequest: kayentaRequest('ok') },
    });
    ids.push(body.canaryExecutionId);
  }
  const times: number[] = [];
  const poll = async (id: string, index: number) => {
    await delay((index / CLIENTS) * 1000);
    for (let second = 0; second < SECONDS; second += 1) {
      const begin = performance.now();
      const answer = await fetch(`${api.url}/canary/${id}`);
      assert.equal(((await answer.json()) as { complete: boolean }).complete, false);
      times.push(performance.now() - begin);
      await delay(Math.max(0, 1000 - (performance.now() - begin)));
    }
  };
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await Promise.all(ids.map(poll));
  const elapsedMs = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const p99 = times[Math.floor(times.length * 0.99)]!;
  const median = times[Math.floor(times.length / 2)]!;
  const cpuMs = (user + system) / 1000;
  t.diagnostic(
    `${times.length} polls by ${CLIENTS} clients: median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ` +
      `${((100 * cpuMs) / elapsedMs).toFixed(0)} % of one core for clients and service together`,
  );
  assert.equal(times.length, CLIENTS * SECONDS);
  // time on the processor, which other work on the machine does not lengthen as it does the answers
  assert.ok(cpuMs / times.length < 10, `${cpuMs / times.length} ms of work a poll`);
});
