/** Something about the text of a query that a person should know before it is sent. */
export interface QueryProblem {
  /** An `error` cannot work; a `warning` may be meant. */
  severity: 'error' | 'warning';
  /** Characters of the text as written, counted from 0; `to` is behind the last one. */
  from: number;
  to: number;
  /** Begins with the place in words: `line 1, column 5: ...`. */
  message: string;
}

/** A problem whose message tells its place in the text. */
export function problemAt(
  text: string,
  { severity, from, to }: Omit<QueryProblem, 'message'>,
  what: string,
): QueryProblem {
  const lines = text.slice(0, from).split('\n');
  const place = `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
  return { severity, from, to, message: `${place}: ${what}` };
}
