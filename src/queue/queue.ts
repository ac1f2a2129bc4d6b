export type JobName = 'judge-execution' | 'deliver-webhook';
export const JOB_NAMES: readonly JobName[] = ['judge-execution', 'deliver-webhook'];

/** A nudge: the row with this id may have work. It carries nothing else, because the row is the truth. */
export interface Job {
  name: JobName;
  /** Id of the row; one live job per name and id. Letters, digits, `_` and `-` only. */
  id: string;
}

/** What a processor wants next: nothing, or the same job again after a delay. */
export type ProcessorAnswer = void | { againInMs: number };

/** May run twice or late. A throw is retried with backoff, a few times, then left to the sweep. */
export type Processor = (id: string, signal: AbortSignal) => Promise<ProcessorAnswer>;
export type Processors = Record<JobName, Processor>;

/** How many jobs of each name may run at once in this process. */
export type Concurrency = Record<JobName, number>;

export interface QueueDepth {
  waiting: number;
  delayed: number;
  active: number;
}

/**
 * Promises of its contract suite: at least once while the process lives; delay; backoff; dead after n;
 * one live job per name and id, where live means waiting, delayed, running or between two tries.
 */
export interface Queue {
  /**
   * Resolves when the job is in the queue; throws a retryable `queue-unavailable` when it cannot be reached.
   * For a live id: a waiting job stays as it is; a delayed one is pulled forward, but never put off;
   * a running one runs once more after its end, with the delay counted from there. Of several such calls
   * during one run the last counts, and the run's own `againInMs` comes last of all.
   */
  enqueue(job: Job, options?: { delayMs?: number }): Promise<void>;
  start(processors: Processors): Promise<void>;
  /** Of one name, or of all; throws a retryable `queue-unavailable` when the queue cannot be reached. */
  depth(name?: JobName): Promise<QueueDepth>;
  /**
   * Takes no new jobs, waits up to `graceMs` for running ones, then aborts their signals and gives them a
   * moment to react. Jobs that have not run are dropped or left, as the adapter can: their rows are the truth.
   */
  close(graceMs: number): Promise<void>;
}
