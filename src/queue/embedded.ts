import type { Log } from '../telemetry.ts';
import { closedFault } from './closed-fault.ts';
import { createDelayedJobs } from './delayed-jobs.ts';
import {
  JOB_NAMES,
  type Concurrency,
  type Job,
  type JobName,
  type Processors,
  type Queue,
} from './queue.ts';
import { DEFAULT_RETRY, backoffAfter, logThrow, type RetryPolicy } from './retry.ts';
import { createRuns } from './runs.ts';

export interface EmbeddedQueueOptions {
  concurrency: Concurrency;
  log: Log;
  retry?: RetryPolicy;
  now?: () => number;
}

/** A job that is waiting, delayed or running. */
interface LiveJob extends Job {
  dueAt: number;
  failures: number;
  isRunning: boolean;
  /** Asked for while it runs: run once more, this long after its end. */
  againInMs?: number;
}

/** The jobs of one name; a Set is a first-in, first-out list here. */
interface Lane {
  waiting: Set<LiveJob>;
  running: number;
}

/** The queue of a single process, in memory: what a crash forgets, the sweep enqueues again from the rows. */
export function createEmbeddedQueue(options: EmbeddedQueueOptions): Queue {
  const { concurrency, log, retry = DEFAULT_RETRY, now = Date.now } = options;
  const live = new Map<string, LiveJob>();
  const lanes = createLanes();
  const delayed = createDelayedJobs<LiveJob>({ now, onDue: addWaiting });
  const runs = createRuns();
  let processors: Processors | undefined;
  let isClosed = false;

  function add({ name, id }: Job, delayMs: number): void {
    const job = { name, id, dueAt: 0, failures: 0, isRunning: false };
    live.set(keyOf(job), job);
    schedule(job, delayMs);
  }

  function schedule(job: LiveJob, delayMs: number): void {
    job.dueAt = now() + delayMs;
    if (delayMs > 0) delayed.add(job);
    else addWaiting(job);
  }

  function addWaiting(job: LiveJob): void {
    lanes[job.name].waiting.add(job);
    advance(job.name);
  }

  /** Starts waiting jobs of one name while it has free places. */
  function advance(name: JobName): void {
    if (processors === undefined || isClosed) return;
    const lane = lanes[name];
    for (const job of lane.waiting) {
      if (lane.running >= concurrency[name]) return;
      lane.waiting.delete(job);
      lane.running += 1;
      job.isRunning = true;
      void run(job, processors);
    }
  }

  async function run(job: LiveJob, processors: Processors): Promise<void> {
    try {
      const answer = await runs.run(async (signal) => processors[job.name](job.id, signal));
      leave(job);
      end(job, answer?.againInMs ?? job.againInMs);
    } catch (thrown) {
      leave(job);
      fail(job, thrown);
    }
    advance(job.name);
  }

  function leave(job: LiveJob): void {
    job.isRunning = false;
    lanes[job.name].running -= 1;
  }

  function fail(job: LiveJob, thrown: unknown): void {
    job.failures += 1;
    const isDead = job.failures >= retry.attempts;
    logThrow(log, job, thrown, isDead);
    if (isDead) end(job, job.againInMs);
    else schedule(job, backoffAfter(job.failures, retry));
  }

  function end(job: LiveJob, againInMs: number | undefined): void {
    live.delete(keyOf(job));
    if (againInMs !== undefined) add(job, againInMs);
  }

  function pullForward(job: LiveJob, delayMs: number): void {
    if (now() + delayMs >= job.dueAt) return;
    delayed.remove(job);
    schedule(job, delayMs);
  }

  return {
    async enqueue(job, { delayMs = 0 } = {}) {
      if (isClosed) throw closedFault(job);
      const known = live.get(keyOf(job));
      if (known === undefined) add(job, delayMs);
      else if (known.isRunning) known.againInMs = delayMs;
      else pullForward(known, delayMs);
    },
    async start(given) {
      processors = given;
      for (const name of JOB_NAMES) advance(name);
    },
    depth: async () => ({
      waiting: sum(lanes, (lane) => lane.waiting.size),
      delayed: delayed.size(),
      active: sum(lanes, (lane) => lane.running),
    }),
    async close(graceMs) {
      isClosed = true;
      delayed.close();
      await runs.finish(graceMs);
    },
  };
}

type Lanes = Record<JobName, Lane>;

function createLanes(): Lanes {
  const lanes = JOB_NAMES.map((name): [JobName, Lane] => [
    name,
    { waiting: new Set(), running: 0 },
  ]);
  return Object.fromEntries(lanes) as Lanes;
}

function sum(lanes: Lanes, count: (lane: Lane) => number): number {
  return Object.values(lanes).reduce((total, lane) => total + count(lane), 0);
}

function keyOf({ name, id }: Job): string {
  return `${name}/${id}`;
}
