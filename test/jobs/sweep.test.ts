import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createObserve } from '../../src/analysis/observe.ts';
import { createSweep } from '../../src/analysis/sweep.ts';
import { createOutboundClient } from '../../src/outbound/client.ts';
import type { Job, Queue } from '../../src/queue/queue.ts';
import { createSources } from '../../src/sources/registry.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import {
  claimed,
  newAnalysis,
  newDelivery,
  newExecution,
  stored,
  T0,
} from '../support/stored-analysis.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A store, a queue that notes what it gets, and a clock that moves when told. */
async function stage(context: TestContext) {
  const directory = temporaryDirectory();
  const store = await createSqliteStore({ directory: directory.path });
  const telemetry = createTelemetry({ level: 'silent' });
  const clock = { now: T0 };
  const now = () => clock.now;
  const client = createOutboundClient({ profile: 'source' });
  const sources = await createSources([], {
    client,
    scrape: { client, refuse: () => undefined },
    samples: store.samples,
    now,
    log: telemetry.log,
  });
  context.after(async () => {
    await sources.close();
    await client.close();
    await store.close();
    directory[Symbol.dispose]();
  });
  const queued: (Job & { delayMs: number })[] = [];
  const queue: Queue = {
    enqueue: async (job, { delayMs = 0 } = {}) => void queued.push({ ...job, delayMs }),
    start: async () => undefined,
    depth: async () => ({ waiting: 0, delayed: 0, active: 0 }),
    close: async () => undefined,
  };
  const pruned: number[] = [];
  const sweep = createSweep({
    ...telemetry,
    store,
    queue,
    observe: createObserve({ store, sources, log: telemetry.log }),
    retention: { run: async () => void pruned.push(clock.now), paused: () => undefined },
    now,
  });
  return { store, sweep, run: () => sweep.run(), clock, queued, pruned };
}

test('at start each unfinished row gets its job, due or not, however many there are', async (context) => {
  const { store, sweep, queued } = await stage(context);
  const analysis = newAnalysis();
  const later = newExecution(analysis.id, 1, T0 + 60_000);
  const delivery = newDelivery(analysis.id);
  await store.analyses.create(analysis, later, [delivery]);
  for (let count = 0; count < 1100; count += 1) await stored(store);
  await sweep.restore();
  assert.equal(queued.length, 1102);
  const jobOf = (id: string) => queued.find((job) => job.id === id);
  assert.deepEqual(jobOf(later.id), { name: 'judge-execution', id: later.id, delayMs: 60_000 });
  assert.deepEqual(jobOf(delivery.id), { name: 'deliver-webhook', id: delivery.id, delayMs: 0 });
});

test('only rows that are overdue have lost their job', async (context) => {
  const { store, run, clock, queued } = await stage(context);
  const { executionId } = await stored(store);
  clock.now = T0 + 14_999;
  await run();
  assert.deepEqual(queued, []);
  clock.now = T0 + 15_000;
  await run();
  assert.deepEqual(queued, [{ name: 'judge-execution', id: executionId, delayMs: 0 }]);
});

test('a judgement under way is left to its worker until its lease has run out', async (context) => {
  const { store, run, clock, queued } = await stage(context);
  const { execution } = await claimed(store); // leased for 1 s
  clock.now = T0 + 999;
  await run();
  assert.deepEqual(queued, []);
  clock.now = T0 + 1000;
  await run();
  assert.deepEqual(
    queued.map(({ id }) => id),
    [execution.id],
  );
});

test('every run deletes what has outlived its time', async (context) => {
  const { run, pruned } = await stage(context);
  await run();
  assert.deepEqual(pruned, [T0]);
});
