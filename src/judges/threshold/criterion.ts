import { Fault } from '../../errors.ts';
import type { CriterionEvidence } from '../../model/judgement/judgement.ts';
import type { Expression } from '../../stats/expression.ts';
import { readFormula } from './formula.ts';

/** One condition on a value, for example `<=600`. */
export interface Criterion {
  text: string;
  operator: Operator;
  limit: Limit;
}

export type Operator = '<' | '<=' | '=' | '>=' | '>';

/** A number; a share or a difference of the compared value; or a formula. */
type Limit =
  | { kind: 'absolute' | 'relative' | 'difference'; value: number }
  | { kind: 'formula'; root: Expression };

const HOLDS: Record<Operator, (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '=': (value, limit) => value === limit,
  '>=': (value, limit) => value >= limit,
  '>': (value, limit) => value > limit,
};
const FORM = /^\s*(?<operator><=|>=|<|>|=)\s*(?<limit>.*\S)\s*$/s;
const NUMBER = /^(?<sign>[+-]?)(?<size>(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?<percent>%?)$/i;

/**
 * Reads a condition as Keptn writes it: an operator, then `600` (a number), `+10%` or `-10%` (relative to
 * the compared value; `10%` is `+10%`), `+50` or `-50` (a difference to it); or, beyond Keptn, a formula.
 * Faults: `invalid-config` without an operator, `invalid-formula` for the rest.
 *
 * @param names of the metrics that a formula may use
 */
export function parseCriterion(text: string, names: readonly string[]): Criterion {
  const { operator, limit } = FORM.exec(text)?.groups ?? {};
  if (operator === undefined || limit === undefined) {
    const message = `criterion "${text}" cannot be read: write an operator (<, <=, =, >=, >) and a limit, for example <=600, <+10% or >=-5`;
    throw new Fault('invalid-config', message, { subject: `criterion "${text}"` });
  }
  return { text, operator: operator as Operator, limit: parseLimit(limit, names) };
}

function parseLimit(text: string, names: readonly string[]): Limit {
  const { sign, size, percent } = NUMBER.exec(text)?.groups ?? {};
  if (size === undefined) return { kind: 'formula', root: readFormula(text, names) };
  const value = Number(`${sign}${size}`);
  if (percent === '%') return { kind: 'relative', value: value / 100 };
  return { kind: sign === '' ? 'absolute' : 'difference', value };
}

/** Whether a criterion needs something to compare with. */
export function isComparing({ limit }: Criterion): boolean {
  return limit.kind === 'relative' || limit.kind === 'difference';
}

/**
 * Holds a value against a criterion. Without a compared value a relative limit does not exist, and its
 * criterion is not met. A share of a negative value is one of its size: `+10%` is always upwards.
 */
export function checkCriterion(
  { text, operator, limit }: Criterion,
  value: number,
  context: { compared: number; valueOf: (root: Expression) => number },
): CriterionEvidence {
  const { compared } = context;
  const number = (): number => {
    if (limit.kind === 'formula') return context.valueOf(limit.root);
    if (limit.kind === 'absolute') return limit.value;
    return compared + limit.value * (limit.kind === 'relative' ? Math.abs(compared) : 1);
  };
  const bound = number();
  if (Number.isNaN(bound)) return { criterion: text, isMet: false };
  return { criterion: text, limit: bound, isMet: HOLDS[operator](value, bound) };
}
