import type { SourceQuery } from '../../model/config.ts';
import type { QueryProblem } from '../queries/query-problem.ts';
import { checkWithoutPlaceholders } from '../queries/without-placeholders.ts';

const SIDES = 'the scope of each side is the value of the resource attribute "scopeAttribute"';

/** The sides differ in what sends, not in names or labels. */
export function checkPush(query: SourceQuery): QueryProblem[] {
  return checkWithoutPlaceholders(query, SIDES);
}
