import type { Finding } from '../model/finding.ts';
import type { Judgement } from '../model/judgement.ts';
import { applyFindings } from './apply-findings.ts';
import { examine, examineJudgement } from './examine.ts';
import type { Examination } from './exhibit.ts';

/** A judgement with everything that the data say; `found` is what was seen before it, where that is known. */
export function withFindings(
  judgement: Judgement,
  examination: Examination,
  { isLast = true, found = examine(examination) }: { isLast?: boolean; found?: Finding[] } = {},
): Judgement {
  const later = examineJudgement(judgement, examination, found);
  return applyFindings(judgement, [...found, ...later], { isLast });
}
