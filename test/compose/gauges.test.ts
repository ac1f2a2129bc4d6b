import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchGauges } from '../../src/compose/gauges.ts';
import { createEmbeddedQueue } from '../../src/queue/embedded.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { readFigures } from '../support/figures.ts';
import { stored } from '../support/stored-analysis.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('what waits for a worker and what one holds are told by their age, also after the store has gone', async () => {
  using directory = temporaryDirectory();
  const store = await createSqliteStore({ directory: directory.path });
  const telemetry = createTelemetry({ level: 'silent' });
  const concurrency = { 'judge-execution': 1, 'deliver-webhook': 1 };
  const queue = createEmbeddedQueue({ concurrency, log: telemetry.log });
  watchGauges(telemetry, store, queue);
  const read = async (name: string, labels: string) =>
    readFigures((await telemetry.expose()).body)
      .get(name)
      ?.values.get(labels) ?? -1;
  const due = () => read('canary_queue_oldest_due_seconds', 'queue=judge-execution');
  const claim = () => read('canary_oldest_claim_seconds', '');

  assert.deepEqual([await due(), await claim()], [0, 0]);
  const { executionId } = await stored(store); // due long ago
  await queue.enqueue({ name: 'judge-execution', id: executionId });
  assert.ok((await due()) > 3600);
  assert.equal(await claim(), 0);
  assert.equal(await read('canary_queue_jobs', 'queue=judge-execution,state=waiting'), 1);
  assert.equal(await read('canary_queue_jobs', 'queue=deliver-webhook,state=waiting'), 0);

  await store.executions.claim(executionId, Date.now() - 30_000, 60_000);
  assert.equal(await due(), 0);
  const held = await claim();
  assert.ok(held >= 30 && held < 60, String(held));

  await queue.close(0);
  await store.close();
  assert.equal(await claim(), held);
});
