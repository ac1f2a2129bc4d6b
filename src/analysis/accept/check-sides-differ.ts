import type { Violation } from '../../errors.ts';
import type { AnyJudges } from '../../judges/registry.ts';
import type { AnalysisSnapshot } from '../../model/analysis.ts';
import type { MetricConfig } from '../../model/config.ts';
import { SIDES } from '../../model/scope.ts';
import type { Sources } from '../../sources/registry.ts';
import { intervalAt } from '../intervals.ts';
import { questionOf } from '../run/examine.ts';
import { planRequests } from '../run/series-requests.ts';
import { invalidRequest } from './invalid-request.ts';

/** A canary that would be compared with itself is refused, where the config does not allow it. */
export function checkSidesDiffer(
  snapshot: AnalysisSnapshot,
  { sources, judges }: { sources: Sources; judges: AnyJudges },
): void {
  const { config } = snapshot;
  const policy = config.dataPolicy?.['same-query'] ?? 'warn';
  if (policy !== 'hold' && policy !== 'fail') return;
  const judge = judges.for(config);
  const planned = planRequests(snapshot, intervalAt(snapshot.window, 1), sources);
  const violations = config.metrics.flatMap((metric): Violation[] => {
    if (metric.muted || (judge.reads?.(metric) ?? 'both') !== 'both') return [];
    const [baseline, canary] = SIDES.map((side) =>
      questionOf(
        planned.filter(
          (one) => one.metric === metric && one.side === side && one.purpose === 'value',
        ),
      ),
    );
    if (canary === undefined || canary !== baseline) return [];
    return [{ pointer: pointerOf(metric, snapshot), message: messageOf(metric, snapshot) }];
  });
  if (violations.length > 0) throw invalidRequest(violations);
}

function pointerOf({ scopeName }: MetricConfig, { scopes }: AnalysisSnapshot): string {
  return scopeName === 'default' || scopes[scopeName] === undefined
    ? '/canary'
    : `/scopes/${scopeName}/canary`;
}

function messageOf({ name, scopeName }: MetricConfig, { scopes }: AnalysisSnapshot): string {
  const { baseline, canary } = scopes[scopeName]!;
  const isSame = baseline.scope === canary.scope && baseline.location === canary.location;
  const why = isSame
    ? `both sides are "${canary.scope}"`
    : 'the query does not name `${scope}`, so that both sides read the same';
  return `metric "${name}" would compare the canary with itself: ${why}; allow it with \`dataPolicy: {same-query: warn}\``;
}
