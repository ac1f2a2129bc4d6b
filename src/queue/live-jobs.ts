import type { Job } from './queue.ts';
import { backoffAfter, type RetryPolicy } from './retry.ts';

/** A job that is waiting, delayed, running or between two tries. */
export interface LiveJob extends Job {
  dueAt: number;
  failures: number;
  isRunning: boolean;
  /** Asked for while it runs: run once more, this long after its end. */
  againInMs?: number;
}

/** The life of jobs, apart from where they wait: at most one live job per name and id. */
export interface LiveJobs {
  enqueue(job: Job, delayMs: number): void;
  succeed(job: LiveJob, againInMs: number | undefined): void;
  /** Answers whether that was its last try. */
  fail(job: LiveJob): boolean;
}

export function createLiveJobs(options: {
  retry: RetryPolicy;
  now: () => number;
  schedule: (job: LiveJob) => void;
  /** Takes a job out of wherever it waits for its moment. */
  unschedule: (job: LiveJob) => void;
}): LiveJobs {
  const { retry, now, schedule, unschedule } = options;
  const live = new Map<string, LiveJob>();

  function add({ name, id }: Job, delayMs: number): void {
    const job = { name, id, dueAt: now() + delayMs, failures: 0, isRunning: false };
    live.set(keyOf(job), job);
    schedule(job);
  }

  function pullForward(job: LiveJob, dueAt: number): void {
    if (dueAt >= job.dueAt) return;
    unschedule(job);
    job.dueAt = dueAt;
    schedule(job);
  }

  function end(job: LiveJob, againInMs: number | undefined): void {
    live.delete(keyOf(job));
    if (againInMs !== undefined) add(job, againInMs);
  }

  return {
    enqueue(job, delayMs) {
      const known = live.get(keyOf(job));
      if (known === undefined) add(job, delayMs);
      else if (known.isRunning) known.againInMs = delayMs;
      else pullForward(known, now() + delayMs);
    },
    succeed: (job, againInMs) => end(job, againInMs ?? job.againInMs),
    fail(job) {
      job.failures += 1;
      if (job.failures >= retry.attempts) {
        end(job, job.againInMs);
        return true;
      }
      job.isRunning = false;
      job.dueAt = now() + backoffAfter(job.failures, retry);
      schedule(job);
      return false;
    },
  };
}

function keyOf({ name, id }: Job): string {
  return `${name}/${id}`;
}
