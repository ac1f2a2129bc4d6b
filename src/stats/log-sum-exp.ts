/** Below exp(-45) of the largest a term does not reach the last bit, not even a thousand of them. */
const INVISIBLE = -45;

/** ln of the sum of exp(x_i) without overflow; -Infinity for an empty list or all -Infinity. */
export function logSumExp(logs: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < logs.length; i++) largest = Math.max(largest, logs[i]!);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < logs.length; i++) {
    const below = logs[i]! - largest;
    if (below > INVISIBLE) sum += Math.exp(below);
  }
  return largest + Math.log(sum);
}

/** ln of the mean of exp(x_i): how e-values that share one filtration are averaged. */
export function logMeanExp(logs: ArrayLike<number>): number {
  return logSumExp(logs) - Math.log(logs.length);
}
