/**
 * Indices rejected by e-BH at false discovery rate alpha (V1), ascending: the k largest e-values,
 * given as logarithms, with e_(k) k / K >= 1/alpha for the largest such k. Any dependence is fine.
 * Wang & Ramdas 2009.02824.
 */
export function eBenjaminiHochberg(logE: readonly number[], alpha: number): number[] {
  const order = logE.map((_, i) => i).sort((a, b) => logE[b]! - logE[a]! || a - b);
  let rejected = 0;
  order.forEach((index, rank) => {
    if (logE[index]! + Math.log((rank + 1) / logE.length) >= -Math.log(alpha)) rejected = rank + 1;
  });
  return order.slice(0, rejected).sort((a, b) => a - b);
}
