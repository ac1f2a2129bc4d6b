/** The evidence of a run at its end, on one side, by where the change is taken to lie. */
export interface DetectableQuestion {
  /** What is tolerated, and the run's own estimate with its standard deviation. */
  nullValue: number;
  estimate: number;
  spread: number;
  /** +1: changes upwards are looked for, -1: downwards. */
  side: 1 | -1;
  logEvidence(value: number): number;
  /** ln of the evidence that fails. */
  threshold: number;
}

/** What a normal variable exceeds its mean by in one of five cases: power 80 %. */
const POWER_80 = 0.8416212335729143;
const LEAST_STEP = 1e-6;
const MOST_STEPS = 80;

/**
 * The change that the run would have found with a power of 80 % (V9): the tolerance, as far beyond it as the
 * nearest value that the run rejects lies from its estimate, and the estimate's scatter. Undefined where it
 * rejects nothing. A normal approximation at the last look, optimistic where offsets are large.
 */
export function detectableShift(question: DetectableQuestion): number | undefined {
  const { nullValue, estimate, spread, side, logEvidence, threshold } = question;
  const isRejected = (distance: number) => logEvidence(estimate - side * distance) >= threshold;
  let rejected = Math.max(spread, LEAST_STEP);
  let open = 0;
  for (let i = 0; !isRejected(rejected); i++) {
    if (i === MOST_STEPS) return undefined;
    open = rejected;
    rejected *= 1.6;
  }
  for (let i = 0; i < MOST_STEPS && rejected - open > 1e-10 * rejected; i++) {
    const middle = (open + rejected) / 2;
    if (isRejected(middle)) rejected = middle;
    else open = middle;
  }
  return nullValue + side * ((open + rejected) / 2 + POWER_80 * spread);
}
