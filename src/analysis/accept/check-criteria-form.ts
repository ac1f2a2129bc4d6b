import { toFault, type Violation } from '../../errors.ts';
import { parseCriterion } from '../../judges/threshold/criterion.ts';
import { readFormula } from '../../judges/threshold/formula.ts';
import type { components } from '../../openapi.d.ts';

/** Rules of a metric's limits that its schema cannot say: whether criteria and formulas can be read. */
export function checkCriteriaForm(
  { criteria, key }: components['schemas']['MetricConfig'],
  names: readonly string[],
): Violation[] {
  if (criteria === undefined) {
    return key === undefined
      ? []
      : [{ pointer: '/key', message: 'goes with `criteria`; leave it out' }];
  }
  const { value, pass = [], warning = [] } = criteria;
  const violations = Object.entries({ pass, warning }).flatMap(([list, alternatives]) =>
    alternatives.flatMap((all, i) =>
      all.flatMap((text, j) =>
        check(`/criteria/${list}/${i}/${j}`, () => parseCriterion(text, names)),
      ),
    ),
  );
  if (value !== undefined)
    violations.push(...check('/criteria/value', () => readFormula(value, names)));
  if (warning.length > 0 && pass.length === 0) {
    violations.push({ pointer: '/criteria/warning', message: 'needs `pass` beside it' });
  }
  return violations;
}

function check(pointer: string, read: () => unknown): Violation[] {
  try {
    read();
    return [];
  } catch (error) {
    return [{ pointer, message: toFault(error).message }];
  }
}
