import assert from 'node:assert/strict';
import { it } from 'node:test';
import { until } from '../../support/poll.ts';
import { processorsWith, type OpenQueue } from '../queue.ts';

export function runningPromises(open: OpenQueue): void {
  oneRunPerJob(open);
  delays(open);
  whileRunning(open);
}

function oneRunPerJob(open: OpenQueue): void {
  it('runs jobs enqueued before and after the start, each name with its own processor', async (test) => {
    const queue = open(test);
    const ran: string[] = [];
    await queue.enqueue({ name: 'judge-execution', id: 'before' });
    await queue.start(
      processorsWith({
        'judge-execution': async (id) => void ran.push(`judge ${id}`),
        'deliver-webhook': async (id) => void ran.push(`deliver ${id}`),
      }),
    );
    await queue.enqueue({ name: 'deliver-webhook', id: 'after' });
    await queue.enqueue({ name: 'judge-execution', id: '12345' });
    await until('three runs', () => ran.length === 3);
    assert.deepEqual(ran.toSorted(), ['deliver after', 'judge 12345', 'judge before']);
  });

  it('keeps one live job per name and id, and runs an id again once it has ended', async (test) => {
    const queue = open(test);
    const ran: string[] = [];
    const job = { name: 'judge-execution', id: 'same' } as const;
    for (let count = 0; count < 5; count += 1) await queue.enqueue(job);
    await queue.enqueue({ name: 'deliver-webhook', id: 'same' });
    assert.deepEqual(await queue.depth(), { waiting: 2, delayed: 0, active: 0 });
    await queue.start(processorsWith({ 'judge-execution': async (id) => void ran.push(id) }));
    await until('the queue is empty', async () => isEmpty(await queue.depth()));
    assert.deepEqual(ran, ['same']);
    await queue.enqueue(job);
    await until('the second run', () => ran.length === 2);
  });

  it('runs no more jobs of a name at once than allowed, and counts them', async (test) => {
    const concurrency = { 'judge-execution': 2, 'deliver-webhook': 1, sweep: 1 };
    const queue = open(test, { concurrency });
    const held = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const hold = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await held.promise;
      running -= 1;
    };
    await queue.start(processorsWith({ 'judge-execution': hold }));
    for (const id of ['a', 'b', 'c', 'd', 'e'])
      await queue.enqueue({ name: 'judge-execution', id });
    await queue.enqueue({ name: 'deliver-webhook', id: 'one' }, { delayMs: 60_000 });
    await until('two run', () => running === 2);
    assert.deepEqual(await queue.depth(), { waiting: 3, delayed: 1, active: 2 });
    const judging = { waiting: 3, delayed: 0, active: 2 };
    assert.deepEqual(await queue.depth('judge-execution'), judging);
    assert.deepEqual(await queue.depth('deliver-webhook'), { waiting: 0, delayed: 1, active: 0 });
    held.resolve();
    await until('only the delayed one is left', async () => {
      const { waiting, active } = await queue.depth();
      return waiting + active === 0;
    });
    assert.equal(most, 2);
  });
}

function delays(open: OpenQueue): void {
  it('waits for the delay', async (test) => {
    const queue = open(test);
    const startedAt = performance.now();
    let waitedMs = 0;
    await queue.start(
      processorsWith({
        'deliver-webhook': async () => void (waitedMs = performance.now() - startedAt),
      }),
    );
    await queue.enqueue({ name: 'deliver-webhook', id: 'one' }, { delayMs: 300 });
    assert.deepEqual(await queue.depth(), { waiting: 0, delayed: 1, active: 0 });
    await until('it ran', () => waitedMs > 0);
    assert.ok(waitedMs >= 298, `ran after ${waitedMs} ms`);
  });

  it('pulls a delayed job forward, and never puts it off', async (test) => {
    const queue = open(test);
    const ran: string[] = [];
    await queue.start(processorsWith({ 'deliver-webhook': async (id) => void ran.push(id) }));
    const enqueue = (id: string, delayMs: number): Promise<void> =>
      queue.enqueue({ name: 'deliver-webhook', id }, { delayMs });
    await enqueue('now', 60_000);
    await enqueue('soon', 60_000);
    await enqueue('soon-anyway', 1000);
    assert.equal((await queue.depth()).delayed, 3);
    await enqueue('now', 0);
    await enqueue('soon', 20);
    await enqueue('soon-anyway', 60_000);
    await until('three runs', () => ran.length === 3, 5000);
    assert.deepEqual(ran.toSorted(), ['now', 'soon', 'soon-anyway']);
    assert.ok(isEmpty(await settledDepth(queue)));
  });
}

function whileRunning(open: OpenQueue): void {
  it('runs an id once more when it was enqueued while it ran', async (test) => {
    const queue = open(test);
    const held = Promise.withResolvers<void>();
    let runs = 0;
    let together = 0;
    let mostTogether = 0;
    await queue.start(
      processorsWith({
        'judge-execution': async () => {
          runs += 1;
          mostTogether = Math.max(mostTogether, (together += 1));
          await held.promise;
          together -= 1;
        },
      }),
    );
    const job = { name: 'judge-execution', id: 'busy' } as const;
    await queue.enqueue(job);
    await until('the first run', () => runs === 1);
    for (let count = 0; count < 3; count += 1) await queue.enqueue(job);
    held.resolve();
    await until('the second run', () => runs === 2);
    await until('the queue is empty', async () => isEmpty(await queue.depth()));
    assert.equal(runs, 2);
    assert.equal(mostTogether, 1);
  });

  it('runs a job again after the time it answers, over and over, as one live job', async (test) => {
    const queue = open(test);
    const moments: number[] = [];
    await queue.start(
      processorsWith({
        'deliver-webhook': async () => {
          moments.push(performance.now());
          return { againInMs: moments.length < 4 ? 30 : 60_000 };
        },
      }),
    );
    await queue.enqueue({ name: 'deliver-webhook', id: 'one' });
    await until('four runs', () => moments.length === 4);
    const gaps = moments.slice(1).map((moment, index) => moment - moments[index]!);
    assert.ok(
      gaps.every((gap) => gap >= 28),
      `gaps of ${gaps.join(', ')} ms`,
    );
    await until('it waits', async () => (await queue.depth()).delayed === 1);
    await queue.enqueue({ name: 'deliver-webhook', id: 'one' });
    await until('pulled forward', () => moments.length === 5);
  });
}

type Depth = Awaited<ReturnType<ReturnType<OpenQueue>['depth']>>;

function isEmpty({ waiting, delayed, active }: Depth): boolean {
  return waiting + delayed + active === 0;
}

async function settledDepth(queue: ReturnType<OpenQueue>): Promise<Depth> {
  await until('nothing runs', async () => (await queue.depth()).active === 0);
  return await queue.depth();
}
