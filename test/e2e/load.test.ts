// Many analyses at once: all end, and readers are answered meanwhile. Prints figures, asserts no time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IS_LONG_FORM } from '../support/long-form.ts';
import { until } from '../support/poll.ts';
import { startServe } from '../support/process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

const ANALYSES = IS_LONG_FORM ? 2000 : 800;
const CLIENTS = 16;

test(`${ANALYSES} analyses submitted at once all end`, { timeout: 900_000 }, async (context) => {
  using directory = temporaryDirectory();
  const receiver = await startWebhookReceiver();
  context.after(() => receiver.close());
  const service = await startServe(directory.path, { CANARY_LOG_LEVEL: 'warn' });
  context.after(() => service.end('SIGKILL'));
  const analyses = `${service.url}/api/v1/analyses`;
  const callbacks = [{ url: receiver.url, events: ['analysis.completed'] }];
  const body = JSON.stringify(inlineRequest('pass', { callbacks }));
  const begin = performance.now();
  const since = () => ((performance.now() - begin) / 1000).toFixed(1);

  const ids: string[] = [];
  let started = 0;
  const submitting = Array.from({ length: CLIENTS }, async () => {
    for (; started < ANALYSES;) {
      started += 1;
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(analyses, { method: 'POST', headers, body });
      assert.equal(answer.status, 202);
      ids.push(((await answer.json()) as AnalysisView).id);
    }
  });
  const world = { isOver: false };
  const reading = readAround(analyses, ids, world);
  await Promise.all(submitting);
  const submitted = since();
  await until('all have ended', async () => (await unended(analyses)) === 0, 200_000);
  const ended = since();
  await until('all are told', () => toldOnes(receiver.requests) === ANALYSES, 200_000);
  world.isOver = true;
  const waits = await reading;
  assert.equal(new Set(ids).size, ANALYSES);
  assert.doesNotMatch(service.log(), /"level":"error"/);
  context.diagnostic(
    `${ANALYSES} submitted in ${submitted} s, ended after ${ended} s, told after ${since()} s; ` +
      `${waits.length} GETs took p50 ${quantile(waits, 0.5)} ms, p99 ${quantile(waits, 0.99)} ms`,
  );
});

/** Reads one analysis after the other, and answers how long each took, in milliseconds. */
async function readAround(url: string, ids: string[], world: { isOver: boolean }) {
  const waits: number[] = [];
  for (let index = 0; !world.isOver; index += 1) {
    const id = ids[(index * 7919) % Math.max(1, ids.length)] ?? '';
    const begin = performance.now();
    const answer = await fetch(`${url}/${id}`);
    await answer.arrayBuffer();
    waits.push(performance.now() - begin);
    assert.equal(answer.status, 200);
  }
  return waits;
}

async function unended(url: string): Promise<number> {
  const counts = ['queued', 'running'].map(async (state) => {
    const answer = await fetch(`${url}?limit=1&state=${state}`);
    return ((await answer.json()) as { items: unknown[] }).items.length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

function toldOnes(requests: readonly { headers: Record<string, string> }[]): number {
  return new Set(requests.map(({ headers }) => headers['webhook-id'])).size;
}

function quantile(values: number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
}
