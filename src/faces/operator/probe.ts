import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../../errors.ts';
import { formatDuration } from '../../model/time/duration.ts';
import type { components } from '../../openapi.d.ts';

export type Component = components['schemas']['Health']['components'][string];

export interface Probe {
  component: Component;
  isUp: boolean;
  /** Whether it is down for want of an answer in time. */
  isLate: boolean;
}

/** Asks one component; what it answers are its figures. Never rejects. */
export async function probe(limitMs: number, ask: () => Promise<unknown>): Promise<Probe> {
  const timer = new AbortController();
  const late = new Fault('deadline-exceeded', `did not answer within ${formatDuration(limitMs)}`);
  const tooLate = delay(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw late;
  });
  try {
    const details = await Promise.race([ask(), tooLate]);
    const told = details === undefined ? {} : { details: details as Record<string, unknown> };
    return { component: { status: 'UP', ...told }, isUp: true, isLate: false };
  } catch (error) {
    const details = { error: (error as Error).message };
    return { component: { status: 'DOWN', details }, isUp: false, isLate: error === late };
  } finally {
    timer.abort();
    tooLate.catch(() => undefined); // the race may be over before the timer is
  }
}
