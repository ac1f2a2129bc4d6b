/** How many steps a value stands on each side before it is renewed; undefined = not known yet. */
export interface Holds {
  canary: number | undefined;
  baseline: number | undefined;
}

/** Learns from the values of one side how long each stands (D1). */
export interface HoldMeter {
  /** Values seen from here on do not follow those before: another run. */
  begin(): void;
  /** One step of the grid; NaN = missing. */
  observe(value: number): void;
  /** In steps; undefined below `FEWEST_RUNS` runs of equal values. */
  hold(): number | undefined;
}

/** Tells one step after the other whether its pair is an observation (D2). */
export interface PairSelector {
  observe(canary: number, baseline: number): boolean;
}

const FEWEST_RUNS = 5;
/** A side whose values stand this long or shorter in one of ten cases is not held any longer. */
const SHORT_SHARE = 0.1;
/** Steps after which a pair of sides that have never moved counts again. */
const HOLD_LIMIT = 10;
/** Relative distance below which two values are one: a value that is computed anew may jitter. */
const JITTER = 1e-9;

/**
 * Measures the hold of a side (D1): the value that is reached by nine of ten lengths of the runs of equal
 * values, over all series observed.
 *
 * Convention: a run counts only when it begins and ends with a change, as the others are cut off; its
 * length is the distance of its first value to the next one's, in steps, and gaps do not end it.
 */
export function createHoldMeter(): HoldMeter {
  const runsOfLength: (number | undefined)[] = [];
  let runs = 0;
  const begin = () => ({ step: 0, startedAt: 0, value: NaN, hasChanged: false });
  let state = begin();
  const countRun = (length: number): void => {
    runsOfLength[length] = (runsOfLength[length] ?? 0) + 1;
    runs++;
  };
  return {
    begin() {
      state = begin();
    },
    observe(next) {
      const now = state.step++;
      if (!Number.isFinite(next) || isSame(next, state.value)) return;
      if (state.hasChanged) countRun(now - state.startedAt);
      state.hasChanged = !Number.isNaN(state.value);
      state.value = next;
      state.startedAt = now;
    },
    hold: () => (runs < FEWEST_RUNS ? undefined : lengthAt(runsOfLength, runs)),
  };
}

function lengthAt(runsOfLength: readonly (number | undefined)[], runs: number): number {
  let shorter = 0;
  const rank = Math.floor(SHORT_SHARE * runs);
  return runsOfLength.findIndex((count = 0) => (shorter += count) > rank);
}

/** The hold of a side over several series, for example those of the history and the run so far. */
export function measureHold(series: readonly (readonly number[])[]): number | undefined {
  const meter = createHoldMeter();
  for (const values of series) {
    meter.begin();
    for (const value of values) meter.observe(value);
  }
  return meter.hold();
}

/**
 * Selects the pairs of one run that are observations (D2): the first, and every later one for which each
 * side has shown a new value since the one before. A side without hold need not, nor one that has never
 * moved; when neither has ever moved, every `HOLD_LIMIT`th step counts.
 *
 * Why: a repeated difference is one difference, and counted twice looks noiseless. Neither period nor
 * phase of the repeats need be known. Selecting from what was selected, with NaN for the rest, selects the
 * same again. The holds are those of the whole run: when they change to 1, begin anew.
 */
export function createPairSelector(holds: Holds): PairSelector {
  if (holds.canary === 1 && holds.baseline === 1) {
    return { observe: (canary, baseline) => isPair(canary, baseline) };
  }
  const sides = {
    canary: createFreshness(holds.canary),
    baseline: createFreshness(holds.baseline),
  };
  let step = -1;
  let lastAt = -Infinity;
  const isObservation = (): boolean => {
    const { canary, baseline } = sides;
    if (lastAt < 0) return true;
    if (!canary.hasMoved && !baseline.hasMoved) return step - lastAt >= HOLD_LIMIT;
    return (canary.isFresh || baseline.isFresh) && isReady(canary) && isReady(baseline);
  };
  return {
    observe(canary, baseline) {
      step++;
      if (!isPair(canary, baseline)) return false;
      see(sides.canary, canary);
      see(sides.baseline, baseline);
      if (!isObservation()) return false;
      lastAt = step;
      sides.canary.isFresh = false;
      sides.baseline.isFresh = false;
      return true;
    },
  };
}

/** Which steps of a whole run are observations; the arms lie on one grid, NaN = missing. */
export function selectPairs(
  { canary, baseline }: { canary: readonly number[]; baseline: readonly number[] },
  holds: Holds,
): boolean[] {
  const selector = createPairSelector(holds);
  return canary.map((value, i) => selector.observe(value, baseline[i] ?? NaN));
}

interface Freshness {
  isHeld: boolean;
  value: number;
  /** Since the start of the run, and since the last observation. */
  hasMoved: boolean;
  isFresh: boolean;
}

function createFreshness(hold: number | undefined): Freshness {
  return { isHeld: hold !== 1, value: NaN, hasMoved: false, isFresh: false };
}

function see(side: Freshness, value: number): void {
  if (!Number.isNaN(side.value) && !isSame(value, side.value)) {
    side.hasMoved = true;
    side.isFresh = true;
  }
  side.value = value;
}

function isReady({ isHeld, hasMoved, isFresh }: Freshness): boolean {
  return isFresh || !isHeld || !hasMoved;
}

function isPair(canary: number, baseline: number): boolean {
  return Number.isFinite(canary) && Number.isFinite(baseline);
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= JITTER * Math.max(Math.abs(a), Math.abs(b));
}
