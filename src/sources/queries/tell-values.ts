/**
 * A query whose values are parameters, with what they are: its text alone is the same for both sides, which would look
 * as if they asked the same.
 */
export function tellValues(text: string, values: Iterable<readonly [string, string]>): string {
  const told = [...values].map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return told.length === 0 ? text : `${text}\n-- ${told.join(', ')}`;
}
