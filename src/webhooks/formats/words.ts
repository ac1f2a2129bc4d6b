import type { WebhookEvent } from '../../model/event.ts';
import type { EventData, MeasuredMetric } from '../../model/event/event-data.ts';
import { formatChange, formatNumber, formatScore } from '../../report/format.ts';
import { DECISION_WORDS, FINDING_WORDS, signOf, withoutPrefix } from '../../report/vocabulary.ts';
import { oneLine } from './plain-text.ts';

/** How an event reads to a person; every text is one line, and nothing is escaped yet. */
export interface Words {
  /** Sign, verdict and what was judged: the sign does not rely on colour. */
  title: string;
  tone: Tone;
  /** One sentence. */
  reason: string;
  /** Name and text, the most important first. */
  facts: readonly (readonly [name: string, text: string])[];
  /** The metrics that decided, each with both values. */
  metrics: readonly string[];
  findings: readonly string[];
  report: string;
  /** Of the report, where services that fetch it may be able to. */
  picture: string | undefined;
  runbook: string | undefined;
}

export type Tone = 'pass' | 'marginal' | 'fail' | 'nodata' | 'error' | 'neutral';

const MAX_FINDINGS = 3;
/** The label that names where it runs. */
const ENVIRONMENT_LABELS = ['environment', 'env'];

export function wordsOf({ type, data }: WebhookEvent): Words {
  const { tone } = signOf(asAnalysis(data));
  return {
    title: oneLine(`${headOf(type, data)}: ${subjectOf(data)}`),
    tone: type === 'subscription.test' ? 'neutral' : tone,
    reason: oneLine(reasonOf(data) ?? startText(data)),
    facts: factsOf(data),
    metrics: data.decidingMetrics.map(metricText),
    findings: data.findings
      .slice(0, MAX_FINDINGS)
      .map(({ action, metric, sentence }) =>
        oneLine(`${FINDING_WORDS[action]} ${metric}: ${sentence}`),
      ),
    report: data.links.report,
    picture: pictureOf(type, data),
    runbook: data.runbook ?? undefined,
  };
}

/** Chats show pictures by https alone; a test has no report. */
function pictureOf(type: WebhookEvent['type'], { verdict, links }: EventData): string | undefined {
  const address = URL.parse(links.report);
  if (type === 'subscription.test' || verdict === null || address?.protocol !== 'https:')
    return undefined;
  address.pathname += '.png';
  return address.href;
}

/** Verdict and sign alone, in a word or two. */
export function headOf(type: WebhookEvent['type'], data: EventData): string {
  if (type === 'subscription.test') return 'Test';
  const { glyph, word } = signOf(asAnalysis(data));
  if (type !== 'analysis.interval_completed' || data.interval === null) return `${glyph} ${word}`;
  const { index, verdict, state } = data.interval;
  const look = signOf(verdict === null ? { state } : { state, verdict });
  return `${look.glyph} Look ${index} ${look.word}`;
}

/** One sentence, without the verdict that the head tells already. */
export function reasonOf(data: EventData): string | undefined {
  const reason = data.reason ?? data.interval?.reason ?? data.failure?.message;
  return reason === undefined ? undefined : withoutPrefix(reason, signOf(asAnalysis(data)).word);
}

/** The first of these labels that an analysis has. */
export function environmentOf({ labels }: EventData): string | undefined {
  const name = ENVIRONMENT_LABELS.find((label) => Object.hasOwn(labels, label));
  return name === undefined ? undefined : labels[name];
}

function asAnalysis({ state, verdict }: EventData): Parameters<typeof signOf>[0] {
  return verdict === null ? { state } : { state, verdict };
}

function subjectOf({ config, sides }: EventData): string {
  return sides === null ? config : `${config}, ${sides.canary.scope}`;
}

function startText({ window }: EventData): string {
  return `judged from ${window.start} to ${window.end}`;
}

function factsOf(data: EventData): [string, string][] {
  const { sides, score, since, owner, remedy, failingMetricCount, verdict } = data;
  const place =
    sides === null || sides.canary.location === '' ? '' : ` in ${sides.canary.location}`;
  const facts: [string, string | undefined][] = [
    ['Decision', verdict === null ? undefined : DECISION_WORDS[data.decision]],
    ['Score', score === null ? undefined : `${formatScore(score)} of 100`],
    [
      'Compared',
      sides === null ? undefined : `${sides.baseline.scope} → ${sides.canary.scope}${place}`,
    ],
    ['Environment', environmentOf(data)],
    ['Failing metrics', failingMetricCount === 0 ? undefined : String(failingMetricCount)],
    ['Since', since ?? undefined],
    ['To do', remedy ?? undefined],
    ['Window', `${data.window.start} to ${data.window.end}`],
    ['Owner', owner ?? undefined],
  ];
  return facts.flatMap(([name, text]) => {
    const clean = oneLine(text ?? '');
    return clean === '' ? [] : [[name, clean] as [string, string]];
  });
}

function metricText({ name, unit, baseline, canary, ratio, since }: MeasuredMetric): string {
  const value = (number: number | null) => formatNumber(number ?? NaN, unit ?? '');
  const change = ratio === null ? '' : ` (${formatChange(ratio)})`;
  const begun = since === null ? '' : `, since ${since}`;
  return oneLine(`${name}: ${value(baseline)} → ${value(canary)}${change}${begun}`);
}
