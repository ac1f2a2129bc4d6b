import { formatDuration } from '../../model/time/duration.ts';
import type { Scope } from '../../model/scope.ts';
import { fillTemplate, scopeValues } from '../queries/template-engine.ts';
import { PROMQL } from './promql-tokens.ts';

/** As scrapers of Kubernetes often have it; `scrapeInterval` of an account says what is so. */
export const DEFAULT_SCRAPE_INTERVAL_MS = 15_000;

/**
 * Fills `${name}` in a native PromQL query. Each value is escaped for the place it stands in: in a
 * string behind `=~` or `!~`, or where a function such as `label_replace` takes a regular expression, it
 * matches only itself; in any other string it is that text; outside strings only a number, a duration or
 * an identifier is let in. So no value can change what a query asks. `$${` is a literal `${`; values are
 * not filled again; comments are dropped.
 *
 * @param scrapeIntervalMs what a window of counts is longer than a step by
 */
export function fillPromql(
  template: string,
  scope: Scope,
  scrapeIntervalMs = DEFAULT_SCRAPE_INTERVAL_MS,
): string {
  return fillTemplate(template, PROMQL, bindValues(scope, scrapeIntervalMs));
}

function bindValues(scope: Scope, scrapeIntervalMs: number): Map<string, string> {
  const values = scopeValues(scope);
  values.set('start', String(scope.startAt / 1000));
  values.set('end', String(scope.endAt / 1000));
  const stepMs = scope.stepSeconds * 1000;
  values.set('step', formatDuration(stepMs));
  // Prometheus sees in a window only what lies between its first and its last sample: one interval less than it
  values.set('countWindow', formatDuration(stepMs + scrapeIntervalMs));
  values.set('countFactor', String(stepMs / (stepMs + scrapeIntervalMs)));
  return values;
}
