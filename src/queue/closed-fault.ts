import { Fault } from '../errors.ts';
import type { Job } from './queue.ts';

export function closedFault({ name, id }: Job): Fault {
  return new Fault(
    'shutting-down',
    `queue took no job "${name}" for "${id}", because this process is shutting down; the sweep of the next one will find the row`,
    { subject: 'queue', retryable: true },
  );
}
