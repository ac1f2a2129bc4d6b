// A delivery is one analysis, whatever ends in between: the process, the config, the trigger's old form.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadContract } from '../../../src/contract/contract.ts';
import type { AnalysisRequest, Trigger } from '../../../src/faces/triggers/trigger.ts';
import { createReceive } from '../../../src/faces/triggers/receive.ts';
import { createSenders } from '../../../src/faces/triggers/senders/registry.ts';
import { createShelf } from '../../../src/faces/triggers/shelf.ts';
import type { TriggerSettings } from '../../../src/faces/triggers/settings.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { createTelemetry } from '../../../src/telemetry.ts';
import { ask } from '../../support/ask.ts';
import { startServe } from '../../support/process.ts';
import { newAnalysis, newExecution, T0 } from '../../support/stored-analysis.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { casesOf, type Delivery } from './support/deliveries.ts';
import { CHECKOUT, REQUEST, startSns, triggerSettings } from './support/service.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

test('killed after its answer: the same deliveries of all senders are the same analyses', async (context) => {
  using directory = temporaryDirectory();
  const sns = await startSns();
  context.after(() => sns.close());
  const settings = triggerSettings(sns.url);
  let service = await startServe(directory.path, settings);
  context.after(() => service.end('SIGKILL'));
  const config = await ask(service, 'POST', '/api/v1/configs', JSON_TYPE, JSON.stringify(CHECKOUT));
  assert.equal(config.status, 201);
  const deliveries = Object.entries(casesOf(sns.url)).map(
    ([name, { deliver }]) =>
      [name, deliver({ id: 'once', version: 'v1', counts: true, at: Date.now() })] as const,
  );
  const sendAll = () =>
    Promise.all(
      deliveries.map(async ([name, { headers, body }]) => {
        const answer = await ask(service, 'POST', `/triggers/${name}`, headers, body);
        assert.equal(answer.status, 202, `${name}: ${answer.body}`);
        return JSON.parse(answer.body) as { analysis: string; created: boolean };
      }),
    );
  const first = await sendAll();
  assert.ok(first.every(({ created }) => created));
  await service.end('SIGKILL');
  service = await startServe(directory.path, settings);
  assert.equal((await ask(service, 'DELETE', '/api/v1/configs/checkout')).status, 204);
  const second = await sendAll();
  assert.deepEqual(
    second,
    first.map(({ analysis }) => ({ analysis, created: false })),
  );
  const list = await ask(service, 'GET', '/api/v1/analyses?limit=200');
  assert.equal((JSON.parse(list.body) as { items: unknown[] }).items.length, deliveries.length);
});

/** The use case over a real store, with a submission that keeps its idempotency keys there as the service does. */
async function receiver(context: { after(fn: () => Promise<void>): void }) {
  const directory = temporaryDirectory();
  const store = await createSqliteStore({ directory: directory.path });
  context.after(async () => {
    await store.close();
    directory[Symbol.dispose]();
  });
  const trigger = {
    name: 'checkout',
    sender: 'generic',
    secret: 'shared',
    request: REQUEST,
  } as Trigger;
  const requests: AnalysisRequest[] = [];
  let trouble: Error | undefined;
  const createFor = (shelved: Trigger) =>
    createReceive({
      contract: loadContract(),
      store: {
        ...store,
        triggers: {
          ...store.triggers,
          started: async (...given) => {
            if (trouble !== undefined) throw trouble;
            await store.triggers.started(...given);
          },
        },
      },
      shelf: createShelf([shelved], store),
      senders: createSenders({ client: undefined as never, snsOrigins: [], now: () => T0 }),
      settings: { secrets: { shared: ['shared-secret'] } } as unknown as TriggerSettings,
      async submit(request, key = '') {
        const earlier = await store.analyses.byIdempotencyKey(key);
        if (earlier !== undefined) return { id: earlier.id, created: false };
        requests.push(request);
        const analysis = newAnalysis();
        const idempotency = { key, requestHash: '' };
        await store.analyses.create({ ...analysis, idempotency }, newExecution(analysis.id), []);
        return { id: analysis.id, created: true };
      },
      prepare: () => Promise.reject(new Error('nobody rehearses here')),
      ...createTelemetry({ level: 'silent' }),
      now: () => T0,
    });
  return { createFor, trigger, requests, fail: (error?: Error) => void (trouble = error) };
}

const raw = ({ headers, body }: Delivery) => ({ headers, bytes: Buffer.from(body) });
const delivery = {
  headers: { authorization: 'Bearer shared-secret', 'idempotency-key': 'run-1' },
  body: '{"application":"checkout","version":"v1"}',
};

test('a crash between the submission and the note of it: the delivery finds its analysis', async (context) => {
  const { createFor, trigger, requests, fail } = await receiver(context);
  fail(new Error('the process ends here'));
  await assert.rejects(createFor(trigger).take('checkout', raw(delivery)), /ends here/);
  assert.equal(requests.length, 1);
  fail();
  const again = await createFor(trigger).take('checkout', raw(delivery));
  assert.equal('created' in again && again.created, false);
  assert.equal(requests.length, 1);
});

test('a trigger that has been replaced answers an old delivery with its first analysis', async (context) => {
  const { createFor, trigger, requests } = await receiver(context);
  const first = await createFor(trigger).take('checkout', raw(delivery));
  const other = { ...trigger, request: { ...REQUEST, canary: { scope: '{{/gone}}' } } };
  const second = await createFor(other).take('checkout', raw(delivery));
  assert.deepEqual(second, { ...first, created: false });
  assert.equal(requests.length, 1);
});
