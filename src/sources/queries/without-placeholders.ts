import type { SourceQuery } from '../../model/config.ts';
import { problemAt, type QueryProblem } from './query-problem.ts';

/** Ours and other tools' ways to name what shall be filled in. */
const PLACEHOLDER = /\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$__\w+/g;

/** Such a query stands as it is; `sides` says by what the sides differ instead. */
export function checkWithoutPlaceholders(query: SourceQuery, sides: string): QueryProblem[] {
  return textsOf(query).flatMap((text) =>
    [...text.matchAll(PLACEHOLDER)].map((match) => {
      const place = { severity: 'error' as const, from: match.index };
      const what = `"${match[0]}" is a placeholder, and a ${query.source} query has none: ${sides}`;
      return problemAt(text, { ...place, to: match.index + match[0].length }, what);
    }),
  );
}

/** All texts in it, however deep. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
