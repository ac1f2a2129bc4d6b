import type { Side } from './scope.ts';

/** One query as it is sent: templates filled in, secrets masked. */
export interface QueryText {
  metric: string;
  side: Side;
  /** Name of the query within a formula. */
  name?: string;
  /** Set where it reads what the events of a count are counted out of. */
  purpose?: 'exposure';
  /** Kind of source, and which of them. */
  source: string;
  account: string;
  query: string;
  /** Where a browser shows it over the same window. */
  link?: string;
}
