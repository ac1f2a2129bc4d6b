import { logGamma } from './log-gamma.ts';

const TINY = 1e-300;
const EPSILON = 1e-16;
const MAX_TERMS = 100_000;

/**
 * ln P(a, x) and ln Q(a, x), the logarithms of the lower and upper regularised incomplete gamma
 * functions, a > 0: the distribution function of a gamma variable with shape a, and the rest. The series
 * of P below x = a + 1, the continued fraction of Q above it, so both keep their relative accuracy in
 * their tails, about 1e-12 for a up to thousands. P is 0 (logarithm -Infinity) for x <= 0.
 * Source: NIST DLMF 8.11.4 and 8.9.2.
 */
export function logIncompleteGamma(a: number, x: number): { lower: number; upper: number } {
  if (x <= 0) return { lower: -Infinity, upper: 0 };
  const front = a * Math.log(x) - x - logGamma(a);
  if (x < a + 1) {
    const lower = front + Math.log(lowerSeries(a, x));
    return { lower, upper: logOfRest(lower) };
  }
  const upper = front + Math.log(upperFraction(a, x));
  return { lower: logOfRest(upper), upper };
}

/** ln(1 - e^part), part < 0. */
function logOfRest(part: number): number {
  return part > -Math.LN2 ? Math.log(-Math.expm1(part)) : Math.log1p(-Math.exp(part));
}

/** Sum of x^k / (a (a + 1) .. (a + k)). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k < MAX_TERMS && term > sum * EPSILON; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum;
}

/** 1/(x + 1 - a - 1(1 - a)/(x + 3 - a - 2(2 - a)/(x + 5 - a - ...))) by Lentz's method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / nonZero(b);
  let value = d;
  for (let k = 1; k < MAX_TERMS; k++) {
    const numerator = k * (a - k);
    b += 2;
    d = 1 / nonZero(b + numerator * d);
    c = nonZero(b + numerator / c);
    value *= c * d;
    if (Math.abs(c * d - 1) <= 2 * EPSILON) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) > TINY ? value : TINY;
}
