import { Fault } from '../../errors.ts';
import { textOfQuery } from './describe-queries.ts';
import { nameOfQuery, type PlannedRequest } from './series-requests.ts';

/** The report and the status show longer queries whole. */
const MAX_QUERY_LENGTH = 400;

/**
 * What went wrong with a query, told by the names that its author knows: a query that cannot be built by its
 * metric and side; what a source says, which names the metric already, with the side and the text as it was sent.
 */
export function nameFault(thrown: unknown, planned: PlannedRequest): unknown {
  if (!(thrown instanceof Fault)) return thrown;
  if (thrown.code === 'invalid-query') {
    return thrown.withMessage(`${nameOfQuery(planned)}: ${thrown.message}`);
  }
  const query = thrown.code.startsWith('source-') ? textOfQuery(planned) : undefined;
  if (query === undefined) return thrown;
  const part = planned.queryName === '' ? planned.purpose : `query "${planned.queryName}"`;
  const what = part === 'value' ? planned.side : `${planned.side}, ${part}`;
  return thrown.withMessage(`${thrown.message}; asked for the ${what}: ${cut(query)}`);
}

function cut(query: string): string {
  const line = query.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_QUERY_LENGTH ? `${line.slice(0, MAX_QUERY_LENGTH)}...` : line;
}
