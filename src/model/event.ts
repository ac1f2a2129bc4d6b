import type { Analysis, EventType, Execution } from './analysis.ts';
import { DECISIONS, type Judgement } from './judgement/judgement.ts';
import type { Finding } from './judgement/finding.ts';
import { shownChange } from './judgement/shown-change.ts';
import { worstFirst, type RankedMetric } from './judgement/severity.ts';
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
  type: EventType;
  timestamp: string;
  data: Record<string, unknown>;
}

/** Sums to less than the 20 kB that Standard Webhooks allows; all are bytes of the JSON text. */
const MAX_NAME_BYTES = 200;
const MAX_TEXT_BYTES = 400;
const MAX_REASON_BYTES = 800;
const MAX_LABELS = 16;
const MAX_METRICS = 8;
const MAX_FINDINGS = 5;
const MAX_FINDING_BYTES = 250;

export function createEvent(input: EventInput): WebhookEvent {
  const { type, analysis, execution, judgement, sequence, at } = input;
  const { snapshot, verdict } = analysis;
  const failing = judgement === undefined ? [] : worstFirst(judgement).filter(isFailing);
  return {
    type,
    timestamp: new Date(showable(at)).toISOString(),
    data: {
      id: analysis.id,
      sequence,
      config: boundText(snapshot.configName, MAX_NAME_BYTES),
      labels: boundLabels(snapshot.labels),
      state: analysis.state,
      verdict: verdict ?? null,
      score: analysis.score ?? null,
      reason: optionalText(analysis.reason),
      remedy: optionalText(judgement?.remedy),
      decision: verdict === undefined ? 'hold' : DECISIONS[verdict],
      interval: execution === undefined ? null : describeInterval(execution),
      window: describeWindow(analysis),
      failingMetrics: failing.slice(0, MAX_METRICS).map(describeMetric),
      failingMetricCount: failing.length,
      findings: (judgement?.findings ?? []).slice(0, MAX_FINDINGS).map(describeFinding),
      findingCount: judgement?.findings?.length ?? 0,
      failure: describeFailure(analysis.failure ?? execution?.failure),
      links: input.links,
    },
  };
}

/** Where one analysis is read by programs and by people. */
export interface Links {
  self: string;
  report: string;
}

/** The links of an analysis as its events tell them. */
export type LinksOf = (id: string) => Links;

/** Below the public address of this service, which has no slash at the end. */
export function linksOf(baseUrl: string, id: string): Links {
  return { self: `${baseUrl}/api/v1/analyses/${id}`, report: `${baseUrl}/analyses/${id}` };
}

function isFailing({ severity }: RankedMetric): boolean {
  return severity === 'critical' || severity === 'error' || severity === 'fail';
}

function describeInterval(execution: Execution) {
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

function describeWindow({ snapshot: { window } }: Analysis) {
  const endAt =
    window.kind === 'fixed' ? window.endAt : window.startAt + window.warmupMs + window.durationMs;
  return {
    kind: window.kind,
    start: new Date(showable(window.startAt)).toISOString(),
    end: new Date(showable(endAt)).toISOString(),
    stepSeconds: window.stepSeconds,
  };
}

function describeMetric({ metric }: RankedMetric) {
  const { evidence } = metric;
  const shown = shownChange(metric);
  return {
    name: boundText(metric.metric, MAX_NAME_BYTES),
    classification: metric.classification,
    critical: metric.critical,
    sentence: boundText(metric.sentence, MAX_TEXT_BYTES),
    ratio: finiteOrNull(shown?.estimate ?? metric.ratio),
    interval:
      evidence === undefined
        ? null
        : {
            level: evidence.level,
            lower: finiteOrNull(shown?.lower),
            upper: finiteOrNull(shown?.upper),
          },
    since: evidence?.sinceAt ?? null,
  };
}

function describeFinding({ code, action, metric, side, sentence, remedy }: Finding) {
  return {
    code,
    action,
    metric: boundText(metric, MAX_NAME_BYTES),
    side: side ?? null,
    sentence: boundText(sentence, MAX_FINDING_BYTES),
    remedy: boundText(remedy, MAX_FINDING_BYTES),
  };
}

function describeFailure(failure: Analysis['failure']) {
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

function optionalText(text: string | undefined): string | null {
  return text === undefined ? null : boundText(text, MAX_REASON_BYTES);
}

/** Cuts so that the JSON text of it takes at most `maxBytes`: control characters take six bytes each there. */
function boundText(text: string, maxBytes: number): string {
  if (jsonBytes(text) <= maxBytes) return text;
  let kept = '';
  let bytes = jsonBytes('…');
  for (const character of text) {
    bytes += jsonBytes(character) - 2;
    if (bytes > maxBytes) break;
    kept += character;
  }
  return `${kept}…`;
}

function jsonBytes(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length;
}

/** JSON knows no NaN and no infinity. */
function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
