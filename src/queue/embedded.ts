import type { Log } from '../telemetry.ts';
import { closedFault } from './closed-fault.ts';
import { createDelayedJobs } from './delayed-jobs.ts';
import { createLanes } from './lanes.ts';
import { createLiveJobs, type LiveJob } from './live-jobs.ts';
import type { Concurrency, Processors, Queue } from './queue.ts';
import { DEFAULT_RETRY, logThrow, type RetryPolicy } from './retry.ts';
import { createRuns } from './runs.ts';

export interface EmbeddedQueueOptions {
  concurrency: Concurrency;
  log: Log;
  retry?: RetryPolicy;
  now?: () => number;
}

/** The queue of a single process, in memory: what a crash forgets, the sweep enqueues again from the rows. */
export function createEmbeddedQueue(options: EmbeddedQueueOptions): Queue {
  const { concurrency, log, retry = DEFAULT_RETRY, now = Date.now } = options;
  const runs = createRuns();
  const lanes = createLanes<LiveJob>({ concurrency, run });
  const delayed = createDelayedJobs<LiveJob>({ now, onDue: (job) => lanes.add(job) });
  const jobs = createLiveJobs({
    retry,
    now,
    schedule: (job) => (job.dueAt > now() ? delayed.add(job) : lanes.add(job)),
    unschedule: (job) => delayed.remove(job),
  });
  let processors: Processors | undefined;
  let isClosed = false;

  async function run(job: LiveJob): Promise<void> {
    job.isRunning = true;
    try {
      const answer = await runs.run(async (signal) => processors?.[job.name](job.id, signal));
      jobs.succeed(job, answer?.againInMs);
    } catch (thrown) {
      const isDead = jobs.fail(job);
      logThrow(log, job, thrown, isDead);
    }
  }

  return {
    async enqueue(job, { delayMs = 0 } = {}) {
      if (isClosed) throw closedFault(job);
      jobs.enqueue(job, delayMs);
    },
    async start(given) {
      processors = given;
      lanes.open();
    },
    depth: async (name) => ({
      waiting: lanes.waiting(name),
      delayed: delayed.count((job) => name === undefined || job.name === name),
      active: lanes.running(name),
    }),
    async close(graceMs) {
      isClosed = true;
      lanes.close();
      delayed.close();
      await runs.finish(graceMs);
    },
  };
}
