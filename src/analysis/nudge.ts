import type { Job, Queue } from '../queue/queue.ts';
import type { Log } from '../telemetry.ts';

export interface NewWork {
  executions: { id: string; dueAt: number }[];
  deliveries: { id: string; nextAttemptAt: number }[];
}

/**
 * Tells the queue of rows that have just been stored. A queue that cannot be reached is no failure:
 * the row is the truth, and the sweep finds it.
 */
export async function nudge(queue: Queue, log: Log, now: number, work: NewWork): Promise<void> {
  const jobs: { job: Job; at: number }[] = [
    ...work.executions.map(({ id, dueAt }) => ({
      job: { name: 'judge-execution' as const, id },
      at: dueAt,
    })),
    ...work.deliveries.map(({ id, nextAttemptAt }) => ({
      job: { name: 'deliver-webhook' as const, id },
      at: nextAttemptAt,
    })),
  ];
  try {
    await Promise.all(
      jobs.map(({ job, at }) => queue.enqueue(job, { delayMs: Math.max(0, at - now) })),
    );
  } catch (error) {
    log.warn({ err: error }, 'the queue did not take a job; the sweep will');
  }
}
