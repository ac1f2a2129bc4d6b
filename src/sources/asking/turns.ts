import { setImmediate as nextTurn } from 'node:timers/promises';

/** Does one piece of work at a time, with a turn of the event loop before each. */
export type InTurn = <T>(work: () => T) => Promise<T>;

/** For work that comes in bunches: answers that are read in one go hold up everybody else for all of them. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(() => nextTurn()).then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
