/** Whatever has a say in its group; absent = 1. */
export interface Weighted {
  weight?: number;
}

/**
 * Weights to sum up. Equal ones count as 1 each, whatever they are: their sums are then whole numbers, and
 * shares of them those of plain counts to the last bit.
 */
export function plainWeights(members: readonly Weighted[]): number[] {
  const weights = members.map(({ weight = 1 }) => weight);
  return weights.every((weight) => weight === weights[0]) ? weights.map(() => 1) : weights;
}

/** The part of the members' weight, 0 to 1, that their credits of 0 to 1 earn; NaN without members. */
export function weightedShare<Member extends Weighted>(
  members: readonly Member[],
  creditOf: (member: Member) => number,
): number {
  const weights = plainWeights(members);
  const earned = members.map((member, k) => weights[k]! * creditOf(member));
  return sum(earned) / sum(weights);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
