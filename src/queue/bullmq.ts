import { Queue as BullQueue, Worker, type Job as BullJob } from 'bullmq';
import {
  createConnections,
  FAIL_FAST,
  type Connection,
  type Connections,
  type RedisPlace,
} from '../redis/connections.ts';
import type { Log } from '../telemetry.ts';
import { warnOfEviction, whileReady } from './bullmq-commands.ts';
import { closedFault } from './closed-fault.ts';
import {
  JOB_NAMES,
  type Concurrency,
  type Job,
  type JobName,
  type Queue,
  type QueueDepth,
} from './queue.ts';
import { DEFAULT_RETRY, logThrow, type RetryPolicy } from './retry.ts';
import { createRuns, endsWithin } from './runs.ts';

/** Time after which a job of a dead worker counts as lost, and how often workers look for such jobs. */
export const LOCK_MS = 8000;
export const STALLED_CHECK_MS = 2000;
/** How long `close` waits for BullMQ after the last job has ended. */
const CLOSE_MS = 1000;
/** BullMQ keeps due times as sorted-set scores of epoch milliseconds times this (a counter fills the rest). */
const SCORES_PER_MS = 0x1000;

export interface BullmqQueueOptions {
  redis: RedisPlace;
  /** Start of every key in Redis; processes with the same one share their jobs. */
  prefix: string;
  concurrency: Concurrency;
  log: Log;
  retry?: RetryPolicy;
}

interface JobData {
  id: string;
}

/**
 * The queue on Redis: one BullMQ queue per job name. One live job per id is BullMQ's deduplication, which
 * ends with the job; ids of BullMQ's own are counters that we never use. Creating it does not wait for
 * Redis: until it is there, `enqueue` and `depth` fail at once and workers wait.
 */
export function createBullmqQueue(given: BullmqQueueOptions): Queue {
  // of a cluster all keys of a queue must lie on one node: those that share what is in braces do
  const prefix = given.redis.isCluster ? `{${given.prefix}}` : given.prefix;
  const options = { ...given, prefix };
  const connections = createConnections(options.redis, options.log, 'queue');
  const producer = createProducer(connections, options);
  const runs = createRuns();
  const workers: Worker<JobData>[] = [];
  let isClosed = false;

  async function stop(): Promise<void> {
    await Promise.allSettled(workers.map((worker) => worker.close()));
    connections.close();
  }

  return {
    async enqueue(job, { delayMs = 0 } = {}) {
      if (isClosed) throw closedFault(job);
      await producer.enqueue(job, delayMs);
    },
    async start(processors) {
      const connection = connections.open({ maxRetriesPerRequest: null });
      for (const name of JOB_NAMES) {
        const process = async ({ data: { id } }: BullJob<JobData>): Promise<void> => {
          const answer = await runs.run(async (signal) => processors[name](id, signal));
          if (answer) await producer.enqueueAgain({ name, id }, answer.againInMs);
        };
        workers.push(createWorker(name, process, connection, options));
      }
    },
    depth: (name) => producer.depth(name),
    async close(graceMs) {
      isClosed = true;
      connections.stopRetrying();
      // `worker.close()` has no time-out of its own: it waits for its jobs, and for a Redis that is away.
      const stopped = stop();
      await runs.finish(graceMs);
      await endsWithin(stopped, CLOSE_MS);
    },
  };
}

interface Producer {
  enqueue(job: Job, delayMs: number): Promise<void>;
  /** For a running job: Redis keeps the new one aside and starts its delay when the running one completes. */
  enqueueAgain(job: Job, delayMs: number): Promise<void>;
  depth(name?: JobName): Promise<QueueDepth>;
}

function createProducer(connections: Connections, options: BullmqQueueOptions): Producer {
  // Reads have a connection and queue objects of their own: BullMQ lets a read that fails on a producer's escape.
  const writing = connections.open(FAIL_FAST);
  const reading = connections.open(FAIL_FAST);
  warnOfEviction(reading, options.log);
  const writers = createQueues(writing, options);
  const readers = createQueues(reading, options);

  async function add({ name, id }: Job, delay: number, reschedule: boolean): Promise<BullJob> {
    const deduplication = { id, keepLastIfActive: true, reschedule };
    const settings = { ...jobOptions(options), delay, deduplication };
    return await whileReady(writing, () => writers(name).add(name, { id }, settings));
  }

  /** When a delayed job is due; undefined for one that is not delayed. */
  async function dueAt(name: JobName, bullId = ''): Promise<number | undefined> {
    const key = readers(name).toKey('delayed');
    const score = await whileReady(reading, () => reading.zscore(key, bullId));
    return score === null ? undefined : Math.floor(Number(score) / SCORES_PER_MS);
  }

  return {
    async enqueue(job, delayMs) {
      const added = await add(job, delayMs, delayMs === 0);
      if (delayMs === 0) return;
      const known = await dueAt(job.name, added.id);
      if (known !== undefined && known > added.timestamp + delayMs) await add(job, delayMs, true);
    },
    async enqueueAgain(job, delayMs) {
      await add(job, delayMs, false);
    },
    async depth(name) {
      const counted = name === undefined ? JOB_NAMES : [name];
      const counts = await Promise.all(
        counted.map((one) => whileReady(reading, () => readers(one).getJobCounts())),
      );
      const total = (state: string): number =>
        counts.reduce((sum, count) => sum + (count[state] ?? 0), 0);
      return { waiting: total('waiting'), delayed: total('delayed'), active: total('active') };
    },
  };
}

function createWorker(
  name: JobName,
  process: (job: BullJob<JobData>) => Promise<void>,
  connection: Connection,
  { prefix, concurrency, log }: BullmqQueueOptions,
): Worker<JobData> {
  const worker = new Worker<JobData>(name, process, {
    connection,
    prefix,
    concurrency: concurrency[name],
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
  });
  worker.on('failed', (job, error) => logFailed(log, name, job, error));
  worker.on('error', (error) => logTrouble(log, connection, error));
  return worker;
}

function jobOptions({ retry = DEFAULT_RETRY }: BullmqQueueOptions) {
  return {
    attempts: retry.attempts,
    backoff: { type: 'exponential', delay: retry.backoffMs },
    removeOnComplete: true,
    removeOnFail: true,
  };
}

/** BullMQ's queue objects, made when first used; one whose first connection broke never works, so it is replaced. */
function createQueues(
  connection: Connection,
  { prefix, log }: BullmqQueueOptions,
): (name: JobName) => BullQueue<JobData> {
  const queues = new Map<JobName, BullQueue<JobData>>();
  return (name) => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue = new BullQueue<JobData>(name, { connection, prefix });
    queue.on('error', (error) => logTrouble(log, connection, error));
    queue.waitUntilReady().catch(() => queues.delete(name));
    queues.set(name, queue);
    return queue;
  };
}

/** What BullMQ's objects report: of no interest while Redis is away, as `watch` has told that. */
function logTrouble(log: Log, connection: Connection, error: Error): void {
  const level = connection.status === 'ready' ? 'warn' : 'debug';
  log[level]({ err: error }, `queue had trouble: ${error.message}`);
}

function logFailed(log: Log, name: JobName, job: BullJob<JobData> | undefined, error: Error): void {
  const isDead = job === undefined || job.attemptsMade >= (job.opts.attempts ?? 1);
  logThrow(log, { name, id: job?.data.id ?? 'unknown' }, error, isDead);
}
