import { Fault } from '../../errors.ts';
import type { Execution } from '../../model/analysis.ts';
import { isShowable } from '../../model/time-limits.ts';

/**
 * Times that no text can tell are refused at submit; an older version may have stored some, and then the look
 * ends as a failure.
 */
export function checkTimes({
  id,
  startAt,
  endAt,
}: Pick<Execution, 'id' | 'startAt' | 'endAt'>): void {
  if ([startAt, endAt].every(isShowable)) return;
  throw new Fault(
    'invalid-request',
    `execution ${id} has times beyond the years 1 to 9999: submit it again with others`,
    { subject: `execution ${id}` },
  );
}
