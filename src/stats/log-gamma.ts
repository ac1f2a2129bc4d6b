/** Bernoulli terms B_2k / (2k(2k-1)) of Stirling's series, k = 1..7. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * ln Gamma(x) for x > 0: Stirling's series from 12 on, below it by the recurrence
 * Gamma(x + 1) = x Gamma(x). About 1e-14 relative, or absolute where the value is near 0 (x near 1
 * and 2). Infinity at 0; NaN for negative x, which no caller has.
 */
export function logGamma(x: number): number {
  if (x < 0) return NaN;
  if (x === 0) return Infinity;
  let product = 1;
  let y = x;
  for (; y < 12; y++) product *= y;
  const inverseSquare = 1 / (y * y);
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * inverseSquare + STIRLING[k]!;
  return (y - 0.5) * Math.log(y) - y + HALF_LOG_TWO_PI + series / y - Math.log(product);
}

/** ln B(a, b) = ln Gamma(a) + ln Gamma(b) - ln Gamma(a + b), a and b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
