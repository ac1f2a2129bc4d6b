import { Fault } from '../../errors.ts';
import type { HttpAccount, Plan, PlannedQuestion } from '../asking/http-source.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { DEFAULT_LIMITS } from '../grid/limits.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import type { SeriesRequest } from '../source.ts';
import { buildSql, tellSql, type SqlManner, type SqlText } from './sql-query.ts';

/** Rows of one answer, whatever the limits of the account are. */
const MAX_ROWS = 500_000;

/**
 * The plan of a query for a warehouse that is asked over HTTP and has no transaction that cannot write: the query is one
 * statement inside of a SELECT, so that what is no query is a mistake of its syntax.
 */
export function planWarehouse(
  request: SeriesRequest,
  { maxSeries = DEFAULT_LIMITS.maxSeries }: HttpAccount,
  manner: SqlManner,
  ask: (asked: { query: SqlText; maxRows: number }) => PlannedQuestion,
): Plan {
  const query = buildSql(request, manner);
  if (query.text.includes(';')) {
    throw new Fault('invalid-query', 'a query of sql must be one statement: leave out the ";"');
  }
  const grid = bucketsOf(request.scope);
  const maxRows = Math.min(MAX_ROWS, Math.max(1, grid.count) * maxSeries);
  const text = `SELECT * FROM (\n${query.text}\n) AS asked LIMIT ${maxRows + 1}`;
  return {
    query: tellSql(query),
    grid,
    options: readSeriesOptions(request.query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [ask({ query: { ...query, text }, maxRows })],
  };
}

export function tooManyRows(maxRows: number): Fault {
  const text = `more than ${maxRows} rows; group by steps of \${step} and fewer labels`;
  return new Fault('source-limit', text);
}

/** What an account of this dialect cannot do without. */
export function neededOption({ name, options = {} }: HttpAccount, option: string): string {
  const value = options[option];
  if (typeof value === 'string') return value;
  const subject = `source "${name}"`;
  const text = `${subject} needs the ${option}, as options: {dialect: ${String(options['dialect'])}, ${option}: ...}`;
  throw new Fault('bad-configuration', text, { subject });
}
