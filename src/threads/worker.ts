import { WORK, type Work } from '../analysis/judging/work.ts';
import { carryFault, type CarriedFault } from './carried-fault.ts';
import { unpackNumbers } from './packed-numbers.ts';

/** A piece of work as it is sent to a thread. */
export interface Errand {
  name: keyof Work;
  input: unknown;
}

export type Outcome = { value: unknown } | { fault: CarriedFault };

/** What a thread does with an errand: the pool calls it by this name. */
export function perform({ name, input }: Errand): Outcome {
  try {
    const work = WORK[name] as (input: unknown) => unknown; // the sender's types agree
    return { value: work(unpackNumbers(input)) };
  } catch (error) {
    return { fault: carryFault(error) };
  }
}
