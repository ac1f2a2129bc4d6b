import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createEmbeddedQueue } from '../../src/queue/embedded.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { processorsWith, queueContract } from '../contracts/queue.ts';

queueContract('embedded', createEmbeddedQueue);

const SETTINGS = {
  concurrency: { 'judge-execution': 4, 'deliver-webhook': 4, sweep: 1 },
  log: createTelemetry({ level: 'silent' }).log,
};

test('waits longer than one timer can, and follows a clock that jumps', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  const ran: string[] = [];
  const queue = createEmbeddedQueue({ ...SETTINGS, now: () => now });
  await queue.start(processorsWith({ 'deliver-webhook': async (id) => void ran.push(id) }));
  const days = 86_400_000;
  await queue.enqueue({ name: 'deliver-webhook', id: 'far' }, { delayMs: 40 * days });
  now = 40 * days - 1;
  context.mock.timers.tick(60_000);
  assert.deepEqual(ran, []);
  now = 40 * days;
  context.mock.timers.tick(60_000);
  await turn();
  assert.deepEqual(ran, ['far']);
  await queue.close(0);
});

test('starts delayed jobs in the order of their moments, and equal ones as they came', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  const ran: string[] = [];
  const concurrency = { ...SETTINGS.concurrency, 'judge-execution': 100 };
  const queue = createEmbeddedQueue({ ...SETTINGS, concurrency, now: () => now });
  await queue.start(processorsWith({ 'judge-execution': async (id) => void ran.push(id) }));
  for (const [id, delayMs] of Object.entries({ c: 30, a: 10, d: 30, b: 20 })) {
    await queue.enqueue({ name: 'judge-execution', id }, { delayMs });
  }
  now = 30;
  context.mock.timers.tick(30);
  for (let turns = 0; turns < 4; turns += 1) await turn();
  assert.deepEqual(ran, ['a', 'b', 'c', 'd']);
  await queue.close(0);
});

test('lets the event loop turn before each job, also where no job ever waits for I/O', async () => {
  const queue = createEmbeddedQueue(SETTINGS);
  let turns = 0;
  const turnsAtStart: number[] = [];
  const all = Promise.withResolvers<void>();
  await queue.start(
    processorsWith({
      'judge-execution': async () => {
        if (turnsAtStart.push(turns) === 100) all.resolve();
      },
    }),
  );
  for (let id = 0; id < 100; id += 1) await queue.enqueue({ name: 'judge-execution', id: `${id}` });
  const counting = (async () => {
    for (; turnsAtStart.length < 100; turns += 1) await turn();
  })();
  await all.promise;
  await counting;
  assert.equal(new Set(turnsAtStart).size, 100);
  await queue.close(0);
});

test('holds 10,000 delayed and 10,000 waiting jobs without slowing down', async () => {
  const queue = createEmbeddedQueue(SETTINGS);
  let runs = 0;
  const startedAt = performance.now();
  for (let id = 0; id < 10_000; id += 1) {
    await queue.enqueue({ name: 'deliver-webhook', id: `${id}` }, { delayMs: 60_000 - id });
    await queue.enqueue({ name: 'judge-execution', id: `${id}` });
  }
  const all = Promise.withResolvers<void>();
  const count = async (): Promise<void> => {
    runs += 1;
    if (runs === 10_000) all.resolve();
  };
  await queue.start(processorsWith({ 'judge-execution': count }));
  await all.promise;
  assert.ok(performance.now() - startedAt < 5000);
  assert.equal((await queue.depth()).delayed, 10_000);
  await queue.close(0);
});
