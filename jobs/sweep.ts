import type { Sweep } from '../src/analysis/sweep.ts';
import type { Processor } from '../src/queue/queue.ts';

/** Puts back rows that have lost their job, and deletes what has outlived the retention time. */
export function createSweepJob(sweep: Sweep): Processor {
  return () => sweep.run();
}
