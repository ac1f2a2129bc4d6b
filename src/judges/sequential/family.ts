import type { MetricConfig } from '../../model/config.ts';
import { weightedHolm } from '../../stats/holm.ts';

type Member = Pick<MetricConfig, 'groups' | 'critical' | 'muted'>;

/**
 * Shares of alpha (V1): half to the critical metrics equally, half to the others by group weight over
 * group size; all to one kind where the other is absent. 0 for a metric that cannot move the score
 * (muted, or neither critical nor in a group with weight): it stands outside the family.
 */
export function alphaShares(
  members: readonly Member[],
  groupWeights: Record<string, number>,
): number[] {
  const counted = members.filter(({ muted }) => !muted);
  const plain = members.map((member) => {
    if (member.muted || member.critical) return 0;
    return sum(member.groups.map((group) => groupWeights[group]! / sizeOf(group, counted)));
  });
  const criticals = counted.filter(({ critical }) => critical).length;
  const plainTotal = sum(plain);
  const criticalHalf = plainTotal > 0 ? 0.5 : 1;
  const plainHalf = criticals > 0 ? 0.5 : 1;
  return members.map((member, k) => {
    if (member.muted) return 0;
    if (member.critical) return criticalHalf / criticals;
    return plainTotal > 0 ? (plainHalf * plain[k]!) / plainTotal : 0;
  });
}

/** Holm's adjusted p-values of the family; a metric outside it keeps its own. */
export function adjust(p: readonly number[], shares: readonly number[]): number[] {
  const family = p.map((_, k) => k).filter((k) => shares[k]! > 0);
  const holm = weightedHolm(
    family.map((k) => p[k]!),
    family.map((k) => shares[k]!),
  );
  const adjusted = [...p];
  family.forEach((k, i) => (adjusted[k] = holm[i]!));
  return adjusted;
}

function sizeOf(group: string, members: readonly Member[]): number {
  return members.filter(({ groups, critical }) => !critical && groups.includes(group)).length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
