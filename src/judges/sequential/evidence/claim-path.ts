import type { Claim } from './claims.ts';
import type { ClaimState } from './evidence-track.ts';
import { amountClaim } from './metric-test.ts';
import type { RestartParts } from './restart-parts.ts';
import { createPresentEvidence, createRunningMaximum, logEvidenceOf } from './running-maximum.ts';

/** The evidence for one claim, sample by sample. */
export interface ClaimPath {
  maxima: readonly number[];
  /** ln E where it is above 0; empty unless kept. */
  present: readonly number[];
  /** Adds a sample with a pair, or one without. */
  extend(): void;
  repeat(): void;
  /** The part that says most now, and its ln E without its weight. */
  strongestNow(): { part: number; logE: number };
  state(): ClaimState;
}

/**
 * Follows the claim's restart mixture. With a test of the smallest change that counts (S15) both nulls must
 * fall, so that the lower of the two running maxima is the claim's.
 */
export function createClaimPath(
  claim: Claim,
  test: RestartParts,
  {
    amount,
    isPresentKept = false,
  }: { amount?: RestartParts | undefined; isPresentKept?: boolean } = {},
): ClaimPath {
  const mixture = test.mixtureOf(claim);
  const ratioPath = createRunningMaximum();
  const present = isPresentKept ? createPresentEvidence() : undefined;
  const beyond = amount?.mixtureOf(amountClaim(claim));
  const amountPath = beyond === undefined ? undefined : createRunningMaximum();
  const both: number[] = [];
  const maxima = amountPath === undefined ? ratioPath.maxima : both;
  let leading = 0;
  const close = () => {
    if (amountPath !== undefined) both.push(Math.min(ratioPath.highest(), amountPath.highest()));
  };
  const exact = () => mixture.map(({ bounds }) => bounds.at(-1)!());
  return {
    maxima,
    present: present?.values ?? [],
    extend() {
      leading = ratioPath.extend(mixture) ?? leading;
      present?.extend(mixture);
      if (beyond !== undefined) amountPath?.extend(beyond);
      close();
    },
    repeat() {
      ratioPath.repeat();
      present?.repeat();
      amountPath?.repeat();
      close();
    },
    strongestNow() {
      const logs = exact();
      const weighted = logs.map((logE, j) => logE + mixture[j]!.logWeight);
      const part = weighted.indexOf(Math.max(...weighted));
      return { part, logE: logs[part]! };
    },
    state: () => ({
      claim,
      maxima,
      logE: () => logEvidenceOf(mixture),
      logEOfWhole: mixture[0]!.bounds.at(-1)!,
      leadingStart: test.starts[leading]!,
    }),
  };
}
