/**
 * Adjusted p-values of the weighted Holm procedure (V1): rejecting those at or below alpha keeps the
 * probability of any false rejection at alpha, whatever the dependence; on anytime p-values over all
 * looks together. Weights > 0, normalised here. Holm 1979.
 */
export function weightedHolm(p: readonly number[], weights: readonly number[]): number[] {
  const byUrgency = p
    .map((_, k) => k)
    .sort((a, b) => p[a]! / weights[a]! - p[b]! / weights[b]! || a - b);
  const adjusted = p.map(() => 1);
  let remaining = weights.reduce((total, weight) => total + weight, 0);
  let largest = 0;
  for (const k of byUrgency) {
    largest = Math.max(largest, Math.min(1, (p[k]! * remaining) / weights[k]!));
    adjusted[k] = largest;
    remaining -= weights[k]!;
  }
  return adjusted;
}
