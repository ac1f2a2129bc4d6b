import { betaBinomialEvidence } from './beta-binomial.ts';

export interface Split {
  /** Chance of such a split, or a farther one at any look, when each unit goes to the canary with the share. */
  p: number;
  canary: number;
  baseline: number;
}

/**
 * Whether units, step by step, are split between the sides as declared. Anytime-valid: the largest evidence so
 * far counts. Convention: a step without any unit says nothing, and neither does a share that is no split.
 */
export function splitEvidence(
  units: { canary: readonly number[]; baseline: readonly number[] },
  share: number,
): Split {
  let [canary, baseline, highest] = [0, 0, 0];
  const steps = share > 0 && share < 1 ? Math.min(units.canary.length, units.baseline.length) : 0;
  for (let i = 0; i < steps; i++) {
    const [own, other] = [whole(units.canary[i]!), whole(units.baseline[i]!)];
    if (own + other === 0) continue;
    canary += own;
    baseline += other;
    const total = { successes: canary, failures: baseline };
    highest = Math.max(highest, betaBinomialEvidence(total, share, 'none').either);
  }
  return { p: Math.min(1, Math.exp(-highest)), canary, baseline };
}

function whole(value: number): number {
  return Number.isFinite(value) ? Math.max(0, Math.round(value)) : 0;
}
