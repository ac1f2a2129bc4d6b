import { brentRoot } from './brent-root.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { normalCdf } from './normal-distribution.ts';

/** Where Hill's expansion is good to 1e-9 relative (and 1e-11 absolute); its test walks the edge. */
const HILL_FREEDOM = 20;
const HILL_TAIL = 0.3;

/** Student's t distribution function with `freedom` > 0 degrees of freedom (need not be whole). */
export function studentTCdf(t: number, freedom: number): number {
  const tail = 0.5 * incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/**
 * P(T > t) for t >= 0, given as y = ln(1 + t^2/freedom), which a caller that has just computed a
 * ratio of sums of squares knows already: the form for hot loops. Hill's normalising expansion
 * (Comm. ACM 13, 1970, algorithm 395) where it is exact enough, else the incomplete beta.
 */
export function studentTUpperTail(y: number, freedom: number): number {
  return freedom >= HILL_FREEDOM && y <= HILL_TAIL
    ? hillTail(y, freedom)
    : 0.5 * incompleteBeta(Math.exp(-y), freedom / 2, 0.5);
}

/** P(T <= t) for t >= 0 from the same y: near 1, so Hill's absolute accuracy is enough at any y. */
export function studentTLowerTail(y: number, freedom: number): number {
  return freedom >= HILL_FREEDOM ? 1 - hillTail(y, freedom) : 1 - studentTUpperTail(y, freedom);
}

function hillTail(y: number, freedom: number): number {
  const a = freedom - 0.5;
  const b = 48 * a * a;
  const s = a * y;
  const quotient = (((-0.4 * s - 3.3) * s - 24) * s - 85.5) / (0.8 * s * s + 100 + b);
  return normalCdf(-((quotient + s + 3) / b + 1) * Math.sqrt(s));
}

/**
 * The t that Student's distribution exceeds as rarely as the normal one exceeds `z` >= 0: what a limit
 * in standard errors becomes when the standard error is estimated with so many degrees of freedom.
 */
export function studentTOfNormal(z: number, freedom: number): number {
  const tail = normalCdf(-z);
  const excess = (y: number): number => Math.log(studentTUpperTail(y, freedom) / tail);
  // Wallace's approximation ln(1 + t^2/freedom) = z^2/(freedom - 1/2), and twice that
  const guess = (z * z) / freedom;
  let upper = guess + 1;
  while (excess(upper) > 0) upper *= 2;
  const bracket = { lower: guess / 2, upper, atLower: excess(guess / 2), atUpper: excess(upper) };
  return Math.sqrt(freedom * Math.expm1(brentRoot(excess, bracket, 1e-12)));
}
