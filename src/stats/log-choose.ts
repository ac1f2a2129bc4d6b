import { logGamma } from './log-gamma.ts';

/** ln of the binomial coefficient n over k, also between whole numbers; -Infinity unless 0 <= k <= n. */
export function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
