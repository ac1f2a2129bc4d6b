/** Context `canaryConfig` of a canary stage: what a pipeline says. Durations are in minutes. */
export interface OrcaCanaryConfig {
  metricsAccountName?: string;
  configurationAccountName?: string;
  storageAccountName?: string;
  canaryConfigId?: string;
  canaryConfigName?: string;
  scopes: OrcaScope[];
  scoreThresholds?: { pass: number; marginal: number };
  siteLocal?: Record<string, unknown>;
  /** ISO duration. */
  lifetimeDuration?: string;
  beginCanaryAnalysisAfterMins?: number;
  baselineAnalysisOffsetInMins?: number;
  lookbackMins?: number;
  canaryAnalysisIntervalMins?: number;
}

export interface OrcaScope {
  scopeName?: string;
  controlScope?: string;
  controlLocation?: string;
  experimentScope?: string;
  experimentLocation?: string;
  startTimeIso?: string;
  endTimeIso?: string;
  step?: number;
  extendedScopeParams?: Record<string, string>;
}

interface RequestScope {
  scope?: string;
  location?: string;
  start: string;
  end: string;
  step: number;
  extendedScopeParams: Record<string, string>;
}

export interface OrcaPlan {
  /** Length of the `Warmup Wait`; 0 when there is none. */
  warmupMs: number;
  /** Length of each `Interval Wait`; undefined when there are none, because the window is given. */
  waitMs: number | undefined;
  /** Scopes of each `Run Canary`. */
  runs: Record<string, { controlScope: RequestScope; experimentScope: RequestScope }>[];
}

/** Intervals and windows of a stage that begins at `at`. Orca's minutes last `minuteMs` here. */
export function planOrcaStage(
  config: OrcaCanaryConfig,
  { at, minuteMs }: { at: number; minuteMs: number },
): OrcaPlan {
  const [first] = config.scopes;
  if (first === undefined) throw new Error('a canary stage must have at least one scope');
  const startAt = first.startTimeIso === undefined ? at : Date.parse(first.startTimeIso);
  const isRetrospective = first.endTimeIso !== undefined;
  const lifetime = lifetimeMinutes(config, first, { startAt, minuteMs });
  const wanted = config.canaryAnalysisIntervalMins ?? lifetime;
  const interval = wanted === 0 || wanted > lifetime ? lifetime : wanted;
  const warmupMs = (config.beginCanaryAnalysisAfterMins ?? 0) * minuteMs;
  const fromAt = isRetrospective ? startAt : startAt + warmupMs;
  const runs = Array.from({ length: Math.floor(lifetime / interval) }, (_, index) => {
    const endAt = fromAt + (index + 1) * interval * minuteMs;
    const lookback = config.lookbackMins ?? 0;
    const window = { startAt: lookback > 0 ? endAt - lookback * minuteMs : fromAt, endAt };
    const offsetMs = (config.baselineAnalysisOffsetInMins ?? 0) * minuteMs;
    return Object.fromEntries(
      config.scopes.map((scope) => [
        scope.scopeName ?? 'default',
        requestScopes(scope, first.step ?? 60, { ...window, offsetMs }),
      ]),
    );
  });
  return { warmupMs, waitMs: isRetrospective ? undefined : interval * minuteMs, runs };
}

function lifetimeMinutes(
  { lifetimeDuration }: OrcaCanaryConfig,
  { endTimeIso }: OrcaScope,
  { startAt, minuteMs }: { startAt: number; minuteMs: number },
): number {
  if (endTimeIso !== undefined) return Math.floor((Date.parse(endTimeIso) - startAt) / minuteMs);
  const parts = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(lifetimeDuration ?? '');
  if (parts === null) throw new Error('a canary stage must have an end time or a lifetime');
  return Number(parts[1] ?? 0) * 60 + Number(parts[2] ?? 0);
}

function requestScopes(
  scope: OrcaScope,
  step: number,
  window: { startAt: number; endAt: number; offsetMs: number },
) {
  const { extendedScopeParams = {} } = scope;
  const side = (name: string | undefined, location: string | undefined, shiftMs: number) => ({
    ...(name === undefined ? {} : { scope: name }),
    ...(location === undefined ? {} : { location }),
    start: javaInstant(window.startAt - shiftMs),
    end: javaInstant(window.endAt - shiftMs),
    step,
    extendedScopeParams,
  });
  return {
    controlScope: side(scope.controlScope, scope.controlLocation, window.offsetMs),
    experimentScope: side(scope.experimentScope, scope.experimentLocation, 0),
  };
}

/** No fraction when there is none. */
function javaInstant(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
