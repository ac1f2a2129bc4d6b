import assert from 'node:assert/strict';
import { it } from 'node:test';
import { until } from '../../support/poll.ts';
import { processorsWith, type OpenQueue } from '../queue.ts';

export function closingPromises(open: OpenQueue): void {
  it('waits for running jobs when it closes, starts no others, and takes no new ones', async (test) => {
    const concurrency = { 'judge-execution': 1, 'deliver-webhook': 1, sweep: 1 };
    const queue = open(test, { concurrency });
    const held = Promise.withResolvers<void>();
    const events: string[] = [];
    await queue.start(
      processorsWith({
        'judge-execution': async (id, signal) => {
          events.push(`start ${id}`);
          await held.promise;
          events.push(`end ${id} ${signal.aborted ? 'aborted' : 'in peace'}`);
        },
      }),
    );
    await queue.enqueue({ name: 'judge-execution', id: 'first' });
    await queue.enqueue({ name: 'judge-execution', id: 'second' });
    await until('the first runs', () => events.length === 1);
    const closed = queue.close(10_000).then(() => events.push('closed'));
    await assert.rejects(queue.enqueue({ name: 'deliver-webhook', id: 'late' }), {
      code: 'shutting-down',
    });
    held.resolve();
    await closed;
    assert.deepEqual(events, ['start first', 'end first in peace', 'closed']);
  });

  it('aborts jobs that outlast the grace, and then waits for them', async (test) => {
    const queue = open(test);
    let isRunning = false;
    await queue.start(
      processorsWith({
        'judge-execution': async (_id, signal) => {
          isRunning = true;
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve);
          });
          isRunning = false;
          throw new Error('aborted');
        },
      }),
    );
    await queue.enqueue({ name: 'judge-execution', id: 'endless' });
    await until('it runs', () => isRunning);
    const startedAt = performance.now();
    await queue.close(50);
    assert.equal(isRunning, false);
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs >= 49 && tookMs < 1000, `closed after ${tookMs} ms`);
  });

  it('closes without a job that ignores its signal', async (test) => {
    const queue = open(test);
    const held = Promise.withResolvers<void>();
    let isRunning = false;
    await queue.start(
      processorsWith({
        'deliver-webhook': async () => {
          isRunning = true;
          await held.promise;
        },
      }),
    );
    await queue.enqueue({ name: 'deliver-webhook', id: 'deaf' });
    await until('it runs', () => isRunning);
    const startedAt = performance.now();
    await queue.close(10);
    assert.ok(performance.now() - startedAt < 4000);
    held.resolve();
  });

  it('closes twice, and without ever having started', async (test) => {
    const queue = open(test);
    await queue.enqueue({ name: 'deliver-webhook', id: 'never' });
    await queue.close(10);
    await queue.close(10);
  });
}
