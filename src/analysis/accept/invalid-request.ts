import { Fault, type Violation } from '../../errors.ts';

/** A Fault that lists every broken rule of a request. */
export function invalidRequest(violations: Violation[]): Fault {
  const rules = violations.length === 1 ? '1 rule' : `${violations.length} rules`;
  return new Fault('invalid-request', `the request breaks ${rules}: ${summary(violations)}`, {
    violations,
  });
}

function summary(violations: Violation[]): string {
  const shown = violations
    .slice(0, 3)
    .map(({ pointer, message }) => `${pointer} ${message}`.trim());
  return shown.join('; ') + (violations.length > 3 ? '; ...' : '');
}
