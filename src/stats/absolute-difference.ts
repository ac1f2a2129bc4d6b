/**
 * The log difference whose null of 0 says that the canary changed by no more than `amount` (S15): canary
 * against baseline + amount for an increase, canary + amount against baseline for a decrease. It holds for
 * every level of the baseline, none of which has to be put in.
 *
 * @param amount at least 0, in the unit of the values
 */
export function absoluteLogDifference(
  { canary, baseline }: { canary: number; baseline: number },
  amount: number,
  side: 'increase' | 'decrease',
): number {
  return side === 'increase'
    ? Math.log(canary) - Math.log(baseline + amount)
    : Math.log(canary + amount) - Math.log(baseline);
}
