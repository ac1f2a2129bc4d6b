import type { MetricConfig } from '../../model/config.ts';
import { plainWeights } from '../../model/metric-weight.ts';

type Member = Pick<MetricConfig, 'groups' | 'critical' | 'muted' | 'weight'>;

/**
 * Shares of alpha (V1): half to the critical metrics, half to the others by the weights of their groups;
 * all to one kind where the other is absent. Among the critical metrics, and within a group, each gets
 * its part by its own weight. 0 for a metric that cannot move the score (muted, or neither critical nor
 * in a group with weight): it stands outside the family.
 */
export function alphaShares(
  members: readonly Member[],
  groupWeights: Record<string, number>,
): number[] {
  const isCritical = ({ critical, muted }: Member) => critical && !muted;
  const names = new Set(members.flatMap(({ groups }) => groups));
  const byGroup = new Map(
    [...names].map((name) => {
      const isPlain = ({ groups, critical, muted }: Member) =>
        !critical && !muted && groups.includes(name);
      return [name, shareOut(groupWeights[name]!, members, isPlain)];
    }),
  );
  const plain = members.map(({ groups }, k) => sum(groups.map((name) => byGroup.get(name)![k]!)));
  const plainTotal = sum(plain);
  const plainHalf = members.some(isCritical) ? 0.5 : 1;
  const critical = shareOut(plainTotal > 0 ? 0.5 : 1, members, isCritical);
  return members.map((_, k) =>
    plain[k]! > 0 ? (plainHalf * plain[k]!) / plainTotal : critical[k]!,
  );
}

/** Each chosen member's part of the amount, by its weight; 0 for the others. */
function shareOut(
  amount: number,
  members: readonly Member[],
  isChosen: (member: Member) => boolean,
): number[] {
  const weights = plainWeights(members.filter(isChosen));
  const total = sum(weights);
  let next = 0;
  return members.map((member) => (isChosen(member) ? (amount * weights[next++]!) / total : 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
