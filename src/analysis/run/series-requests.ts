import { Fault, toFault } from '../../errors.ts';
import type { AnalysisSnapshot, ScopeRequest, ScopeRequestPair } from '../../model/analysis.ts';
import type { MetricConfig, SourceQuery } from '../../model/config.ts';
import { SIDES, type Scope, type ScopePair, type Side } from '../../model/scope.ts';
import type { Interval } from '../../model/time/window.ts';
import type { Sources } from '../../sources/registry.ts';
import type { MetricSource, SeriesRequest } from '../../sources/source.ts';
import { queriesOf } from '../accept/check-config.ts';

/** One query of one side of one metric, with the source that will answer it. */
export interface PlannedRequest {
  metric: MetricConfig;
  side: Side;
  /** Name of the query within a formula; empty for a plain one. */
  queryName: string;
  /** Whether it reads the metric itself, or what its events are counted out of. */
  purpose: 'value' | 'exposure';
  source: MetricSource;
  request: SeriesRequest;
}

/** Every query of one look, in the order of the config; throws `unknown-account` for a source nobody configured. */
export function planRequests(
  snapshot: AnalysisSnapshot,
  interval: Pick<Interval, 'startAt' | 'endAt'>,
  sources: Sources,
  analysisId?: string,
): PlannedRequest[] {
  return snapshot.config.metrics.flatMap((metric) => {
    const scope = scopePairOf(snapshot, metric, interval);
    const { templates } = snapshot.config;
    const inline = snapshot.inlineSeries[metric.name];
    return SIDES.flatMap((side) => {
      const stored = analysisId === undefined ? {} : { analysisId };
      const common = { metric: metric.name, side, scope: scope[side], templates, ...stored };
      const values = queriesOf(metric).map(([queryName, query]) => ({
        metric,
        side,
        queryName,
        purpose: 'value' as const,
        source: sourceOf(query, metric, snapshot.account, sources),
        request: { ...common, query, inline: inline?.[side] ?? [] },
      }));
      if (metric.exposure === undefined) return values;
      const exposure = {
        metric,
        side,
        queryName: '',
        purpose: 'exposure' as const,
        source: sourceOf(metric.exposure, metric, snapshot.account, sources),
        request: { ...common, query: metric.exposure, inline: inline?.exposure?.[side] ?? [] },
      };
      return [...values, exposure];
    });
  });
}

/** A query in words: `metric "error ratio", canary, query "errors"`. */
export function nameOfQuery({
  metric,
  side,
  queryName,
  purpose,
}: Pick<PlannedRequest, 'metric' | 'side' | 'queryName' | 'purpose'>): string {
  const part = purpose === 'exposure' ? ', exposure' : queryName && `, query "${queryName}"`;
  return `metric "${metric.name}", ${side}${part}`;
}

/** Both sides of a metric's scope with their times: the baseline may be read at an earlier time. */
export function scopePairOf(
  snapshot: AnalysisSnapshot,
  metric: MetricConfig,
  interval: Pick<Interval, 'startAt' | 'endAt'>,
): ScopePair {
  const requested = snapshot.scopes[metric.scopeName];
  if (requested === undefined)
    throw new Error(`scope "${metric.scopeName}" was not checked at submit`);
  return scopePairAt(requested, interval, snapshot.window.stepSeconds);
}

/** A requested scope with the times of one look. */
export function scopePairAt(
  requested: ScopeRequestPair,
  interval: Pick<Interval, 'startAt' | 'endAt'>,
  stepSeconds: number,
): ScopePair {
  return {
    baseline: scopeAt(requested.baseline, interval, stepSeconds),
    canary: scopeAt(requested.canary, interval, stepSeconds),
  };
}

function scopeAt(
  requested: ScopeRequest,
  interval: Pick<Interval, 'startAt' | 'endAt'>,
  stepSeconds: number,
): Scope {
  const { scope, location, parameters, offsetMs, times } = requested;
  return {
    scope,
    location,
    parameters,
    startAt: (times ?? interval).startAt - offsetMs,
    endAt: (times ?? interval).endAt - offsetMs,
    stepSeconds: times?.stepSeconds ?? stepSeconds,
  };
}

/**
 * The request's account is a default: it serves metrics that name none, where it is of their kind. Fault
 * `unknown-account` names the metric.
 */
export function sourceOf(
  query: SourceQuery,
  metric: MetricConfig,
  fallback: string | undefined,
  sources: Sources,
): MetricSource {
  const account =
    metric.account ??
    (fallback !== undefined && sources.has(query.source, fallback) ? fallback : undefined);
  try {
    return sources.get(query.source, account);
  } catch (error) {
    const { code, message, subject = '' } = toFault(error);
    throw new Fault(code, `metric "${metric.name}": ${message}`, { subject, cause: error });
  }
}
