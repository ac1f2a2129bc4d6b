import type { Violation } from '../../errors.ts';
import type { Warning } from '../../model/warning.ts';

/** What a check has to say: broken rules, which refuse, and warnings, which are only told. */
export interface Checked {
  violations: Violation[];
  warnings: Warning[];
}

export function refusing(pointer: string, message: string): Checked {
  return { violations: [{ pointer, message }], warnings: [] };
}

export function warning(pointer: string, message: string): Checked {
  return { violations: [], warnings: [{ pointer, message }] };
}

export function join(checks: readonly Checked[]): Checked {
  return {
    violations: checks.flatMap(({ violations }) => violations),
    warnings: checks.flatMap(({ warnings }) => warnings),
  };
}

/** The same, where what was checked stands deeper in a document. */
export function below(prefix: string, { violations, warnings }: Checked): Checked {
  const move = <T extends Violation>(one: T): T => ({ ...one, pointer: prefix + one.pointer });
  return { violations: violations.map(move), warnings: warnings.map(move) };
}
