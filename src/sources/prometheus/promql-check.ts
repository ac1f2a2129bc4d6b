import { formatDuration, parseDuration } from '../../model/time/duration.ts';
import { findForeignPlaceholders } from '../queries/foreign-placeholders.ts';
import { standIn } from './promql-stand-in.ts';
import { findRateWindows, findSyntaxMistake } from './promql-syntax.ts';
import { problemAt, type QueryProblem } from '../queries/query-problem.ts';

/**
 * What is wrong with a native PromQL query before anything is filled in or sent: placeholders of other
 * tools, text that no PromQL parser takes, windows of rates that are shorter than two steps. Positions are
 * those of the text as written. Of mistakes in the grammar the first is told.
 *
 * What VictoriaMetrics reads beyond PromQL is a warning, as this source reads from it too. A window of
 * `${step}` is meant to be one step, so it is none.
 *
 * @param stepSeconds of the windows that the query will be asked for, when it is known
 */
export function checkPromql(template: string, stepSeconds?: number): QueryProblem[] {
  const foreign = findForeignPlaceholders(template);
  const query = standIn(template);
  if (query === undefined || foreign.some(({ severity }) => severity === 'error')) return foreign;
  const mistake = findSyntaxMistake(query);
  if (mistake === undefined) return [...foreign, ...shortWindows(template, query, stepSeconds)];
  const { from, to, what, isExtension } = mistake;
  const place = { severity: isExtension ? ('warning' as const) : ('error' as const), from, to };
  const ending = isExtension
    ? ' (VictoriaMetrics or another version may read it all the same)'
    : '';
  return [...foreign, problemAt(template, place, `${what}${ending}`)];
}

function shortWindows(template: string, query: string, stepSeconds = 0): QueryProblem[] {
  const leastMs = 2 * stepSeconds * 1000;
  const told = new Set<string>();
  return findRateWindows(query).flatMap(({ from, to }) => {
    const written = template.slice(from, to);
    const windowMs = parseDuration(written);
    if (windowMs === undefined || windowMs >= leastMs || told.has(written)) return [];
    told.add(written);
    const what = `the window ${written} is shorter than two steps of ${formatDuration(stepSeconds * 1000)}: between its values samples are passed over, or too few stand in it for a rate; write ${formatDuration(leastMs)} or more`;
    return [problemAt(template, { severity: 'warning', from, to }, what)];
  });
}
