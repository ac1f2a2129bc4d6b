import type { Analysis, EventType, Execution } from './analysis.ts';
import { boundText, jsonBytes } from './event/bound-text.ts';
import { describeMetrics } from './event/describe-metrics.ts';
import type { EventData, EventFinding, EventInterval, Links } from './event/event-data.ts';
import type { Finding } from './judgement/finding.ts';
import { DECISIONS, type Judgement } from './judgement/judgement.ts';
import { DEFAULT_SCOPE_NAME } from './scope.ts';
import { showable } from './time/time-limits.ts';

export interface EventInput {
  type: EventType;
  /** As it is once the event has happened: state, verdict and failure are taken from it. */
  analysis: Analysis;
  /** The look that ended, or the first one of `analysis.started`. */
  execution?: Execution;
  judgement?: Judgement;
  /** Counts up with each event of one analysis: receivers must not rely on the order of arrival. */
  sequence: number;
  links: Links;
  at: number;
}

/** Body of a webhook: the full state each time, so that a lost or late event does no harm. */
export interface WebhookEvent {
  type: EventType | 'subscription.test';
  timestamp: string;
  data: EventData;
}

/** What Standard Webhooks allows; all are bytes of the JSON text. */
const MAX_EVENT_BYTES = 20_000;
const MAX_NAME_BYTES = 200;
const MAX_REASON_BYTES = 800;
const MAX_LABELS = 16;
const MAX_FINDINGS = 5;
const MAX_FINDING_BYTES = 250;
const MAX_RUNBOOK_BYTES = 502;

export function createEvent(input: EventInput): WebhookEvent {
  const { type, analysis, execution, judgement, sequence, at } = input;
  const { snapshot, verdict } = analysis;
  const { failingMetrics, failingMetricCount, decidingMetrics, since } = describeMetrics(judgement);
  return withinLimit({
    type,
    timestamp: new Date(showable(at)).toISOString(),
    data: {
      id: analysis.id,
      sequence,
      config: boundText(snapshot.configName, MAX_NAME_BYTES),
      configVersion: snapshot.configVersion ?? null,
      labels: boundLabels(snapshot.labels),
      sides: describeSides(analysis),
      state: analysis.state,
      verdict: verdict ?? null,
      score: analysis.score ?? null,
      reason: optionalText(analysis.reason),
      remedy: optionalText(judgement?.remedy),
      decision: verdict === undefined ? 'hold' : DECISIONS[verdict],
      interval: execution === undefined ? null : describeInterval(execution),
      window: describeWindow(analysis),
      failingMetrics,
      failingMetricCount,
      decidingMetrics,
      since,
      findings: (judgement?.findings ?? []).slice(0, MAX_FINDINGS).map(describeFinding),
      findingCount: judgement?.findings?.length ?? 0,
      failure: describeFailure(analysis.failure ?? execution?.failure),
      runbook: optionalText(snapshot.config.runbook, MAX_RUNBOOK_BYTES),
      owner: optionalText(snapshot.config.owner, MAX_NAME_BYTES),
      links: input.links,
    },
  });
}

/** Without the last of its metrics and findings where it would be too large: how many there were stays told. */
function withinLimit(event: WebhookEvent): WebhookEvent {
  const { failingMetrics, findings } = event.data;
  while (failingMetrics.length + findings.length > 0) {
    if (jsonBytes(event) <= MAX_EVENT_BYTES) break;
    (failingMetrics.length >= findings.length ? failingMetrics : findings).pop();
  }
  return event;
}

/** The links of an analysis as its events tell them. */
export type LinksOf = (id: string) => Links;

/** Below the public address of this service, which has no slash at the end. */
export function linksOf(baseUrl: string, id: string): Links {
  return { self: `${baseUrl}/api/v1/analyses/${id}`, report: `${baseUrl}/analyses/${id}` };
}

/** Of the scope of the request itself, or else of the first one. */
function describeSides({ snapshot: { scopes } }: Analysis): EventData['sides'] {
  const pair = scopes[DEFAULT_SCOPE_NAME] ?? Object.values(scopes)[0];
  if (pair === undefined) return null;
  const describe = ({ scope, location }: typeof pair.baseline) => ({
    scope: boundText(scope, MAX_NAME_BYTES),
    location: boundText(location, MAX_NAME_BYTES),
  });
  return { baseline: describe(pair.baseline), canary: describe(pair.canary) };
}

function describeInterval(execution: Execution): EventInterval {
  return {
    index: execution.index,
    start: new Date(showable(execution.startAt)).toISOString(),
    end: new Date(showable(execution.endAt)).toISOString(),
    state: execution.state,
    verdict: execution.verdict ?? null,
    score: execution.score ?? null,
    reason: optionalText(execution.reason),
  };
}

function describeWindow({ snapshot: { window } }: Analysis): EventData['window'] {
  const endAt =
    window.kind === 'fixed' ? window.endAt : window.startAt + window.warmupMs + window.durationMs;
  return {
    kind: window.kind,
    start: new Date(showable(window.startAt)).toISOString(),
    end: new Date(showable(endAt)).toISOString(),
    stepSeconds: window.stepSeconds,
  };
}

function describeFinding({ code, action, metric, side, sentence, remedy }: Finding): EventFinding {
  return {
    code,
    action,
    metric: boundText(metric, MAX_NAME_BYTES),
    side: side ?? null,
    sentence: boundText(sentence, MAX_FINDING_BYTES),
    remedy: boundText(remedy, MAX_FINDING_BYTES),
  };
}

function describeFailure(failure: Analysis['failure']): EventData['failure'] {
  if (failure === undefined) return null;
  return { code: failure.code, message: boundText(failure.message, MAX_REASON_BYTES) };
}

function boundLabels(labels: Record<string, string>): Record<string, string> {
  const kept = Object.entries(labels).slice(0, MAX_LABELS);
  // A label may be called __proto__: entries keep it an own key, assignment would not.
  return Object.fromEntries(
    kept.map(([name, value]) => [
      boundText(name, MAX_NAME_BYTES),
      boundText(value, MAX_NAME_BYTES),
    ]),
  );
}

function optionalText(text: string | undefined, maxBytes = MAX_REASON_BYTES): string | null {
  return text === undefined ? null : boundText(text, maxBytes);
}
