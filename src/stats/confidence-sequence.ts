export interface Interval {
  /** -Infinity and Infinity where the data do not bound it. */
  lower: number;
  upper: number;
}

const WIDENING = 1.6;
const MAX_WIDENINGS = 80;
const MAX_HALVINGS = 200;

/**
 * The set of nulls that an e-process has not rejected (S6): all values around `centre` where
 * `logEvidence` stays below `threshold` = ln(1/alpha). Covers the truth at all times together with
 * probability 1 - alpha. Brackets outwards from the centre in growing steps, then bisects to the last
 * bit; an end that 80 widenings do not reach is unbounded. `step` > 0 is the first width tried.
 */
export function confidenceSequence(
  logEvidence: (value: number) => number,
  threshold: number,
  start: { centre: number; step: number },
): Interval {
  const accepts = (value: number) => logEvidence(value) < threshold;
  return {
    lower: end(accepts, start.centre, -start.step),
    upper: end(accepts, start.centre, start.step),
  };
}

function end(accepts: (value: number) => boolean, centre: number, firstStep: number): number {
  let step = firstStep;
  let inside = centre;
  let outside = centre + step;
  for (let i = 0; accepts(outside); i++) {
    if (i === MAX_WIDENINGS) return firstStep < 0 ? -Infinity : Infinity;
    inside = outside;
    step *= WIDENING;
    outside = centre + step;
  }
  for (let i = 0; i < MAX_HALVINGS; i++) {
    const middle = (inside + outside) / 2;
    if (middle === inside || middle === outside) break;
    if (accepts(middle)) inside = middle;
    else outside = middle;
  }
  return (inside + outside) / 2;
}
