import type { components } from '../../../openapi.d.ts';
import type { ScopeRequestPair } from '../../../model/analysis.ts';
import type { RealTimeWindow } from '../../../model/window.ts';
import { refused } from './check-start.ts';

type Schemas = components['schemas'];
type Request = Schemas['KayentaStandaloneRequest'];
/** As the contract reads it: with its defaults. */
type Scope = Schemas['KayentaStandaloneScope'] &
  Required<
    Pick<Schemas['KayentaStandaloneScope'], 'step' | 'scopeName' | 'controlOffsetInMinutes'>
  >;

export interface PlanOptions {
  /** The present, epoch milliseconds. */
  at: number;
  minuteMs: number;
  maxIntervals: number;
}

export interface StandalonePlan {
  scopes: Record<string, ScopeRequestPair>;
  window: RealTimeWindow;
}

/**
 * When a standalone analysis judges what, by Kayenta's rules: times and step of the first scope hold for
 * all; an end means a window in the past, judged at once; otherwise looks wait for their time. What
 * Kayenta would only find while planning is refused here. Fault: `invalid-request`.
 */
export function planStandalone(request: Request, options: PlanOptions): StandalonePlan {
  const scopes = (request.scopes ?? []) as Scope[];
  const [first] = scopes;
  if (first === undefined) {
    throw refused('Canary StageExecution configuration must contain at least one scope.');
  }
  checkNumbers(request, scopes);
  const names = scopes.map(({ scopeName }) => scopeName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refused(`The scope name '${twice}' is given twice.`);
  return {
    scopes: Object.fromEntries(
      scopes.map((scope) => [scope.scopeName, parseScope(scope, options.minuteMs)]),
    ),
    window: planWindow(request, first, options),
  };
}

function planWindow(request: Request, first: Scope, options: PlanOptions): RealTimeWindow {
  const { at, minuteMs, maxIntervals } = options;
  const { lookbackMins = 0, beginAfterMins = 0, analysisIntervalMins = 0, thresholds } = request;
  const startAt = first.startTimeIso ? parseInstant('startTimeIso', first.startTimeIso) : at;
  const isPast = Boolean(first.endTimeIso);
  const lifetime = lifetimeMinutes(request, first, { startAt, minuteMs });
  if (lifetime <= 0 && isPast && !first.startTimeIso) {
    throw refused(
      `endTimeIso '${first.endTimeIso}' is in the past, and without startTimeIso the analysis begins now: give startTimeIso too.`,
    );
  }
  if (lifetime <= 0)
    throw refused('The lifetime of the canary analysis must be at least a minute.');
  const isWhole = analysisIntervalMins === 0 || analysisIntervalMins > lifetime;
  const interval = isWhole ? lifetime : analysisIntervalMins;
  const looks = Math.floor(lifetime / interval);
  if (looks > maxIntervals) {
    throw refused(
      `The canary analysis would judge ${looks} times, more than ${maxIntervals}: use a longer analysisIntervalMins, or raise limits.maxIntervals.`,
    );
  }
  const warmupMs = beginAfterMins * minuteMs;
  return {
    kind: 'realtime',
    startAt,
    durationMs: lifetime * minuteMs,
    intervalMs: interval * minuteMs,
    warmupMs: isPast ? 0 : warmupMs,
    lookbackMs: lookbackMins * minuteMs,
    lookbackBeforeStart: true,
    settleMs: 0,
    stepSeconds: first.step,
    stopOnFail: false,
    stopAtScore: thresholds?.marginal ?? -Infinity,
    stopOnFailure: true,
    clockStartAt: isPast ? 0 : at,
    ...(isPast && warmupMs > 0 ? { notBefore: at + warmupMs } : {}),
  };
}

function lifetimeMinutes(
  { lifetimeDurationMins }: Request,
  { endTimeIso }: Scope,
  { startAt, minuteMs }: { startAt: number; minuteMs: number },
): number {
  if (endTimeIso) return Math.floor((parseInstant('endTimeIso', endTimeIso) - startAt) / minuteMs);
  if (lifetimeDurationMins !== undefined) return lifetimeDurationMins;
  throw refused(
    'Canary StageExecution configuration must include either `endTime` or `lifetimeDuration`.',
  );
}

/** A minute count beyond this is no time at all. */
const MAX_MINUTES = 100 * 365 * 24 * 60;

function checkNumbers(request: Request, scopes: Scope[]): void {
  const { lifetimeDurationMins, beginAfterMins, lookbackMins, analysisIntervalMins } = request;
  const minutes = { lifetimeDurationMins, beginAfterMins, lookbackMins, analysisIntervalMins };
  for (const [name, value = 0] of Object.entries(minutes)) {
    if (value < 0 || value > MAX_MINUTES) throw refused(`${name} must not be ${value}.`);
  }
  for (const { controlOffsetInMinutes: offset, step } of scopes) {
    if (Math.abs(offset) > MAX_MINUTES)
      throw refused(`controlOffsetInMinutes must not be ${offset}.`);
    if (step <= 0) throw refused('Step is required: seconds above 0.');
    if (step > MAX_MINUTES * 60) throw refused(`Step must not be ${step} seconds.`);
  }
}

function parseScope(scope: Scope, minuteMs: number): ScopeRequestPair {
  const parameters = { ...scope.extendedScopeParams };
  return {
    baseline: {
      scope: scope.controlScope ?? '',
      location: scope.controlLocation ?? '',
      parameters,
      offsetMs: scope.controlOffsetInMinutes * minuteMs,
    },
    canary: {
      scope: scope.experimentScope ?? '',
      location: scope.experimentLocation ?? '',
      parameters,
      offsetMs: 0,
    },
  };
}

/** Kayenta takes these as texts, and reads nothing but UTC in them. */
function parseInstant(name: string, text: string): number {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at))
    throw refused(`${name} '${text}' is no instant such as 2026-01-15T10:00:00Z.`);
  return at;
}

/** The scopes of a standalone request as the checks of a start see them. */
export function startScopes(request: Request) {
  return Object.fromEntries(
    (request.scopes ?? []).map(({ scopeName = 'default' }) => [
      scopeName,
      { controlScope: {}, experimentScope: {} },
    ]),
  );
}
