export type JobName = 'judge-execution' | 'deliver-webhook' | 'sweep';
export const JOB_NAMES: readonly JobName[] = ['judge-execution', 'deliver-webhook', 'sweep'];

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

/** Promises of its contract suite: at least once while the process lives; one live job per id; delay; backoff; dead after n. */
export interface Queue {
  /** Resolves when the job is in the queue; adding a job whose id is live does nothing. */
  enqueue(job: Job, options?: { delayMs?: number }): Promise<void>;
  start(processors: Processors): Promise<void>;
  depth(): Promise<QueueDepth>;
  /** Takes no new jobs, waits up to `graceMs` for running ones, then aborts their signals. */
  close(graceMs: number): Promise<void>;
}
