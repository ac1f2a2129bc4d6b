/**
 * The smallest false discovery rate at which e-BH rejects each hypothesis (V1): at rate alpha it rejects the
 * k largest e-values for the largest k with e_(k) k / K >= 1/alpha. Takes and gives natural logarithms, so
 * that a level above 0 is never reached. Any dependence is fine. Wang & Ramdas 2009.02824.
 *
 * Convention: an e-value times its hypothesis's weight may stand in its place where the weights average 1.
 */
export function eBenjaminiHochberg(logE: readonly number[]): number[] {
  const order = logE.map((_, i) => i).sort((a, b) => logE[b]! - logE[a]! || a - b);
  const levels = logE.map(() => Infinity);
  let smallest = Infinity;
  for (let rank = order.length; rank > 0; rank--) {
    const index = order[rank - 1]!;
    smallest = Math.min(smallest, Math.log(order.length / rank) - logE[index]!);
    levels[index] = smallest;
  }
  return levels;
}
