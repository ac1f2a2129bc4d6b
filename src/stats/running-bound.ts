import { brentRoot } from './brent-root.ts';

/** One look at a run: ln E against the change lying at `value`, on the bound's side. */
export interface BoundLook {
  logEvidence(value: number): number;
  /** Whether that reaches the threshold, which may be cheaper to say. */
  reaches(value: number): boolean;
  /** Where to look first for a bound: nothing farther out tells anything; undefined = nowhere. */
  outermost(): number | undefined;
  /** Whether the null is rejected at this look. */
  isNullRejected: boolean;
}

export interface RunningBound {
  look(look: BoundLook): void;
  /** Undefined as long as no look has ruled anything out. */
  value(): number | undefined;
}

export interface BoundOptions {
  /** +1: a lower bound, whose evidence is for an increase; -1: an upper one. */
  side: 1 | -1;
  /** The value that decides; absent where nothing is decided on this side. */
  nullValue?: number;
  /** ln of 1/level. */
  threshold: number;
}

const FIRST_STEP = 0.01;
/** Bounds nearer to each other are one. */
const TOLERANCE = 1e-9;

/**
 * The outermost value that any look so far has ruled out (V7): a bound that is wrong with a chance of at most
 * the level over all looks. It moves only when a look rejects more.
 *
 * Convention: the end of the bracket that is kept is a rejected one, and the null is an end whenever it lies
 * beyond: so the bound lies at or beyond the null exactly when some look has rejected the null.
 */
export function createRunningBound({ side, nullValue, threshold }: BoundOptions): RunningBound {
  let bound: number | undefined;
  return {
    value: () => bound,
    look(at) {
      const rejected = startOf(at);
      if (rejected === undefined) return;
      const isOpen = nullValue !== undefined && !at.isNullRejected;
      bound =
        isOpen && side * (nullValue - rejected) > 0
          ? narrow(at, rejected, nullValue)
          : narrow(at, ...widen(at, rejected));
    },
  };

  /** A value that this look rejects and that lies as far out as the bound; undefined where there is none. */
  function startOf({ reaches, outermost, isNullRejected }: BoundLook): number | undefined {
    const isBefore =
      bound === undefined || (nullValue !== undefined && side * (bound - nullValue) < 0);
    if (isNullRejected && nullValue !== undefined && isBefore) return nullValue;
    const start = bound ?? outermost();
    return start !== undefined && reaches(start) ? start : undefined;
  }

  /** From a rejected value outwards to one that is not. */
  function widen({ reaches }: BoundLook, from: number): [rejected: number, open: number] {
    let [rejected, step] = [from, FIRST_STEP];
    let open = rejected + side * step;
    while (reaches(open) && step < Number.MAX_VALUE / 4) {
      rejected = open;
      step *= 2;
      open = rejected + side * step;
    }
    return [rejected, open];
  }

  /** The root between the two, from the rejected side of it. */
  function narrow({ logEvidence }: BoundLook, rejected: number, open: number): number {
    const excess = (value: number) => logEvidence(value) - threshold;
    const [atRejected, atOpen] = [excess(rejected), excess(open)];
    if (!(atRejected > 0 && atOpen < 0)) return rejected;
    const tolerance = TOLERANCE * Math.max(1, Math.abs(open));
    const bracket = { lower: rejected, upper: open, atLower: atRejected, atUpper: atOpen };
    const root = brentRoot(excess, bracket, tolerance);
    for (let step = tolerance; step < Math.abs(root - rejected); step *= 4) {
      if (excess(root - side * step) >= 0) return root - side * step;
    }
    return rejected;
  }
}
