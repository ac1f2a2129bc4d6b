import type { SourceQuery } from '../../model/config.ts';
import type { QueryProblem } from '../queries/query-problem.ts';
import { checkWithoutPlaceholders } from '../queries/without-placeholders.ts';

const SIDES = 'the scope parameter "instances" names the pages of each side';

/** A scrape query is sent as it stands: the sides differ in their pages, not in names or labels. */
export function checkScrape(query: SourceQuery): QueryProblem[] {
  return checkWithoutPlaceholders(query, SIDES);
}
