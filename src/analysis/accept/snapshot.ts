import type { Violation } from '../../errors.ts';
import type { AnalysisSnapshot, Callback, InlineSeries } from '../../model/analysis.ts';
import { MANNERS } from '../../model/receiver/receiver.ts';
import type { CanaryConfig } from '../../model/config.ts';
import {
  parseExposure,
  parsePair,
  parseScopeRequest,
  parseThresholds,
} from '../../model/native-format.ts';
import { DEFAULT_SCOPE_NAME } from '../../model/scope.ts';
import type { Window } from '../../model/time/window.ts';
import type { components } from '../../openapi.d.ts';
import type { AnyJudges } from '../../judges/registry.ts';
import type { Store } from '../../store/store.ts';
import { invalidRequest } from './invalid-request.ts';
import { checkCallbacks, type ReceiverRules } from './check-receiver.ts';
import { missingScopes } from './check-config.ts';
import { checkBefore, checkHistory, warnOfUnlearned } from './check-history.ts';
import { checkReach } from './check-reach.ts';
import { checkScopes } from './check-scopes.ts';
import { checkThresholds } from './check-thresholds.ts';
import { join, refusing, type Checked } from './checked.ts';
import { extendRequest, type Profiles } from '../profiles.ts';
import { resolveConfig } from './resolve-config.ts';
import type { AnalysisLimits } from '../limits.ts';
import { parseWindow } from '../intervals.ts';

type Schemas = components['schemas'];
export type AnalysisRequest = Schemas['AnalysisRequest'];

export interface SnapshotDependencies extends ReceiverRules {
  profiles: Profiles;
  store: Store;
  judges: AnyJudges;
  limits: AnalysisLimits;
}

/** Checks a request by the rules that its schema cannot say, and freezes everything the analysis needs. */
export async function takeSnapshot(
  asked: AnalysisRequest,
  at: number,
  dependencies: SnapshotDependencies,
): Promise<AnalysisSnapshot> {
  const { limits, judges, store, profiles } = dependencies;
  const rules = { ...limits, profiles };
  const { config, version, warnings, profile } = await resolveConfig(asked.config, store, rules);
  const request = extendRequest(asked, profile);
  const judge = judges.for(config);
  const scopes = scopesOf(request);
  const window = windowOf(request, at, { limits, looksEachStep: judge.decidesEarly === true });
  const checks = join([
    checkRequest(request, config, Object.keys(scopes)),
    checkScopes(request),
    checkCallbacks(request.callbacks ?? [], dependencies, {
      configName: config.name,
      labels: request.labels ?? {},
    }),
    { violations: checkBefore(request.window?.before, config), warnings: [] },
    { violations: await checkHistory(request.history ?? [], store), warnings: [] },
    warnOfUnlearned(judge, { before: request.window?.before, history: request.history }),
    { violations: Array.isArray(window) ? window : [], warnings },
    Array.isArray(window) ? join([]) : checkReach(window, scopes),
  ]);
  if (checks.violations.length > 0 || Array.isArray(window)) {
    throw invalidRequest(checks.violations);
  }
  return {
    configName: config.name,
    config,
    ...(version === undefined ? {} : { configVersion: version }),
    ...(checks.warnings.length === 0 ? {} : { warnings: checks.warnings }),
    thresholds:
      request.thresholds === undefined ? config.thresholds : parseThresholds(request.thresholds),
    scopes,
    window,
    ...(request.account === undefined ? {} : { account: request.account }),
    callbacks: (request.callbacks ?? []).map(parseCallback),
    labels: { ...request.labels },
    inlineSeries: inlineSeriesOf(request),
    ...(request.history === undefined ? {} : { history: request.history }),
  };
}

function scopesOf(request: AnalysisRequest): AnalysisSnapshot['scopes'] {
  const pairs = {
    ...request.scopes,
    [DEFAULT_SCOPE_NAME]: { baseline: request.baseline, canary: request.canary },
  };
  return Object.fromEntries(
    Object.entries(pairs).map(([name, pair]) => [
      name,
      { baseline: parseScopeRequest(pair.baseline), canary: parseScopeRequest(pair.canary) },
    ]),
  );
}

function checkRequest(
  request: AnalysisRequest,
  config: CanaryConfig,
  scopeNames: string[],
): Checked {
  const { scopes, thresholds, pairs = [] } = request;
  const known = new Set(config.metrics.map(({ name }) => name));
  return join([
    ...missingScopes(config, scopeNames).map((name) =>
      refusing('/scopes', `misses the scope "${name}" that the config's metrics are read for`),
    ),
    scopes?.[DEFAULT_SCOPE_NAME] === undefined
      ? join([])
      : refusing(
          `/scopes/${DEFAULT_SCOPE_NAME}`,
          'is `baseline` and `canary` of the request; leave it out',
        ),
    thresholds === undefined ? join([]) : checkThresholds(thresholds, '/thresholds'),
    ...pairs.flatMap(({ metric }, index) =>
      known.has(metric)
        ? []
        : [refusing(`/pairs/${index}/metric`, `the config has no metric "${metric}"`)],
    ),
  ]);
}

function parseCallback({ format = 'standard', ...wire }: Schemas['Callback']): Callback {
  const { isSigned, events } = MANNERS[format];
  return {
    url: wire.url,
    secret: isSigned ? (wire.secret ?? 'default') : '',
    events: wire.events ?? [...events],
    ...(format === 'standard' ? {} : { format }),
    ...(wire.token === undefined ? {} : { token: wire.token }),
    ...(wire.target === undefined ? {} : { target: { ...wire.target } }),
  };
}

/** Inline series bring their own times; then the window is their span. */
function windowOf(
  request: AnalysisRequest,
  at: number,
  { limits, looksEachStep }: { limits: AnalysisLimits; looksEachStep: boolean },
): Window | Violation[] {
  if (request.window !== undefined) {
    const { duration, interval, step = '60s' } = request.window;
    const everyStep = looksEachStep && duration !== undefined && interval === undefined;
    const wire = everyStep ? { ...request.window, interval: step } : request.window;
    const window = parseWindow(wire, at, limits);
    return Array.isArray(window)
      ? window.map(({ pointer, message }) => ({ pointer: `/window${pointer}`, message }))
      : window;
  }
  const sides = (request.pairs ?? []).map((wire) => parsePair(wire, '').canary);
  if (sides.length === 0)
    return [{ pointer: '/window', message: 'is required unless the series come in `pairs`' }];
  const startAt = Math.min(...sides.map((side) => side.startAt));
  const endAt = Math.max(...sides.map((side) => side.startAt + side.values.length * side.stepMs));
  return { kind: 'fixed', startAt, endAt, stepSeconds: sides[0]!.stepMs / 1000 };
}

function inlineSeriesOf(request: AnalysisRequest): AnalysisSnapshot['inlineSeries'] {
  const byMetric = new Map<string, InlineSeries>();
  for (const wire of request.pairs ?? []) {
    const { metric, tags, baseline, canary } = parsePair(wire, '');
    const series = byMetric.get(metric) ?? { baseline: [], canary: [] };
    series.baseline.push({ tags, ...baseline });
    series.canary.push({ tags, ...canary });
    const exposure = parseExposure(wire);
    if (exposure !== undefined) {
      series.exposure ??= { baseline: [], canary: [] };
      series.exposure.baseline.push({ ...baseline, tags, values: exposure.baseline });
      series.exposure.canary.push({ ...canary, tags, values: exposure.canary });
    }
    byMetric.set(metric, series);
  }
  return Object.fromEntries(byMetric);
}
