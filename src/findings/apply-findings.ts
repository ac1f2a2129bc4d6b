import { isHolding, worstFindingsFirst, type Finding } from '../model/finding.ts';
import type { Judgement } from '../model/judgement.ts';
import type { SequentialSummary } from '../model/sequential.ts';

/**
 * The judgement with what the data say: a holding finding makes `nodata` of what did not fail, a failing one
 * `fail`, and the reason says so first. Before the last look neither ends a run: data may still come, so a
 * failing finding only holds, and an early pass is not used while something holds.
 */
export function applyFindings(
  judgement: Judgement,
  found: readonly Finding[],
  { isLast }: { isLast: boolean },
): Judgement {
  const findings = worstFindingsFirst(found);
  const failing = isLast ? findings.filter(({ action }) => action === 'fail') : [];
  const stopping = failing.length > 0 ? failing : findings.filter(isHolding);
  const applied =
    stopping.length === 0 ? judgement : stopBy(stopping, judgement, failing.length > 0);
  const { sequential } = applied;
  return {
    ...applied,
    findings,
    ...(sequential === undefined ? {} : { sequential: goOn(sequential, applied) }),
  };
}

function stopBy(stopping: readonly Finding[], judgement: Judgement, isFail: boolean): Judgement {
  const [first] = stopping as [Finding];
  const more = stopping.length > 1 ? ` (and ${stopping.length - 1} more)` : '';
  const { verdict, reason } = judgement;
  const told = `${first.sentence}${more}`;
  if (verdict === 'fail') return { ...judgement, reason: `${reason}; beside that: ${told}` };
  if (isFail) {
    const scoreReason = `Canary Failed: ${first.sentence}`;
    const score = { score: 0, scoreClassification: 'Fail' as const, scoreReason };
    const text = `fail: ${told}; the judge said ${reason}`;
    return { ...judgement, ...score, verdict: 'fail', reason: text, remedy: first.remedy };
  }
  const text = `not enough data: ${told}; the judge said ${reason}`;
  // a marginal canary has something that failed
  if (verdict === 'marginal') return { ...judgement, reason: `${reason}; beside that: ${told}` };
  return { ...judgement, verdict: 'nodata', reason: text, remedy: first.remedy };
}

/** An early pass that is held is none: the run goes on, and may pass at a later look. */
function goOn(sequential: SequentialSummary, { verdict }: Judgement): SequentialSummary {
  const isHeld = sequential.decision === 'pass-early' && verdict !== 'pass';
  return isHeld ? { ...sequential, decision: 'continue' } : sequential;
}
