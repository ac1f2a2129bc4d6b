import { toFault } from '../errors.ts';
import type { Log } from '../telemetry.ts';
import type { Job } from './queue.ts';

export interface RetryPolicy {
  /** Runs of one job before it is given up; at least 1. */
  attempts: number;
  /** Wait after the first throw; doubles with each further one. */
  backoffMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { attempts: 5, backoffMs: 1000 };

/** Wait after the n-th throw of a job, n from 1. */
export function backoffAfter(failures: number, { backoffMs }: RetryPolicy): number {
  return backoffMs * 2 ** (failures - 1);
}

/** One line per throw: a warning while the job is tried again, an error once it is given up. */
export function logThrow(log: Log, job: Job, thrown: unknown, isDead: boolean): void {
  const { code, message } = toFault(thrown);
  const details = { job: job.name, id: job.id, code, err: thrown };
  if (isDead) log.error(details, `job gave up: ${message}; the sweep will find its row again`);
  else log.warn(details, `job will be tried again: ${message}`);
}
