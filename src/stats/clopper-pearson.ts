import { incompleteBeta } from './incomplete-beta.ts';

const HALVINGS = 60;

/**
 * Clopper and Pearson's interval of a probability, from `successes` among `trials`: each end is the
 * probability at which so many successes, or more extreme, have chance (1 - level) / 2. Covers at least
 * `level`, whatever the truth. Counts need not be whole: then it is read between them. [0, 1] without
 * trials. Source: Clopper & Pearson 1934, as quantiles of beta distributions.
 */
export function clopperPearson(
  successes: number,
  trials: number,
  level: number,
): { lower: number; upper: number } {
  if (!(trials > 0)) return { lower: 0, upper: 1 };
  const tail = (1 - level) / 2;
  const failures = trials - successes;
  return {
    lower: successes <= 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    upper: failures <= 0 ? 1 : betaQuantile(1 - tail, successes + 1, failures),
  };
}

/** By bisection: the distribution function rises from 0 to 1. */
function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
