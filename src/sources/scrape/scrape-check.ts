import type { SourceQuery } from '../../model/config.ts';
import { problemAt, type QueryProblem } from '../queries/query-problem.ts';

/** Ours and other tools' ways to name what shall be filled in. */
const PLACEHOLDER = /\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$__\w+/g;

/** A scrape query is sent as it stands: the sides differ in their pages, not in names or labels. */
export function checkScrape(query: SourceQuery): QueryProblem[] {
  return textsOf(query).flatMap((text) =>
    [...text.matchAll(PLACEHOLDER)].map((match) => {
      const place = { severity: 'error' as const, from: match.index };
      const what = `"${match[0]}" is a placeholder, and a scrape query has none: the scope parameter "instances" names the pages of each side`;
      return problemAt(text, { ...place, to: match.index + match[0].length }, what);
    }),
  );
}

/** All texts in it, however deep. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
