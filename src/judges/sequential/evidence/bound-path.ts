import type { RatioBounds } from './metric-bounds.ts';

/** Estimate and running bounds after so many samples; absent = none yet. */
export interface BoundMoment extends RatioBounds {
  samples: number;
  estimate?: number;
}

export interface BoundPath {
  /** Asks for the moment only where it is kept; a turn always is. */
  pass(samples: number, moment: () => BoundMoment, isTurn: boolean): void;
  /** What was kept, and the moment now. */
  until(now: BoundMoment): BoundMoment[];
}

/** Fewer than the points a chart can show, the turn of each side and the last moment among them. */
const MOST_STEPS = 57;

/**
 * Keeps the moments of a run in equal steps, which double whenever there are too many: the same run keeps the same
 * moments, however it is fed.
 */
export function createBoundPath(): BoundPath {
  let kept: { moment: BoundMoment; isTurn: boolean }[] = [];
  let every = 1;
  const isStep = (samples: number) => samples % every === 0;
  return {
    pass(samples, moment, isTurn) {
      if (!isTurn && !isStep(samples)) return;
      kept.push({ moment: moment(), isTurn });
      while (kept.length > MOST_STEPS) {
        every *= 2;
        kept = kept.filter((one) => one.isTurn || isStep(one.moment.samples));
      }
    },
    until(now) {
      const before = kept.map(({ moment }) => moment);
      return before.at(-1)?.samples === now.samples ? before : [...before, now];
    },
  };
}
