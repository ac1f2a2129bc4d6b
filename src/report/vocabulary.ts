import type { Analysis, ExecutionState } from '../model/analysis.ts';
import type { Direction } from '../model/config.ts';
import type { FindingAction } from '../model/judgement/finding.ts';
import {
  DECISIONS,
  type Decision,
  type MetricJudgement,
  type Verdict,
} from '../model/judgement/judgement.ts';
import { severityOf, type Severity } from '../model/judgement/severity.ts';
import { html, type SafeHtml } from './html.ts';

/** Colour class of a state; never the only sign of it. */
export type Tone = 'pass' | 'marginal' | 'fail' | 'nodata' | 'error' | 'neutral';

/** Of the light scheme, for what has no style sheet: white on each is readable. */
export const TONE_COLORS: Record<Tone, string> = {
  pass: '#00563b',
  marginal: '#7a4b00',
  fail: '#a3230f',
  nodata: '#4a4f57',
  error: '#6b2d8f',
  neutral: '#1c2128',
};

/** Glyph, word and colour always appear together. */
export interface Sign {
  glyph: string;
  word: string;
  tone: Tone;
}

const VERDICT_SIGNS: Record<Verdict, Sign> = {
  pass: { glyph: '✔', word: 'Pass', tone: 'pass' },
  marginal: { glyph: '◐', word: 'Marginal', tone: 'marginal' },
  fail: { glyph: '✖', word: 'Fail', tone: 'fail' },
  undecided: { glyph: '?', word: 'Undecided', tone: 'nodata' },
  nodata: { glyph: '∅', word: 'Not enough data', tone: 'nodata' },
};

const STATE_SIGNS: Record<ExecutionState, Sign> = {
  queued: { glyph: '◷', word: 'Queued', tone: 'neutral' },
  running: { glyph: '◌', word: 'Running', tone: 'neutral' },
  completed: { glyph: '✔', word: 'Completed', tone: 'neutral' },
  failed: { glyph: '⚠', word: 'Error', tone: 'error' },
  cancelled: { glyph: '⊘', word: 'Cancelled', tone: 'neutral' },
};

export const DECISION_WORDS: Record<Decision, string> = {
  promote: 'promote the canary',
  rollback: 'roll back',
  hold: 'hold: a person or a policy decides',
};

/** What to do now, in words. */
export function decisionText({ state, verdict }: Analysis): string {
  if (verdict !== undefined) return DECISION_WORDS[DECISIONS[verdict]];
  if (state === 'queued' || state === 'running') return 'not yet: wait for the verdict';
  return DECISION_WORDS.hold;
}

/** What a finding about the data asks for. */
export const FINDING_WORDS: Record<FindingAction, string> = {
  fail: 'fails:',
  hold: 'holds:',
  warn: 'note:',
};

export function signOf({ state, verdict }: Pick<Analysis, 'state' | 'verdict'>): Sign {
  return verdict === undefined ? STATE_SIGNS[state] : VERDICT_SIGNS[verdict];
}

/** "Worse" needs a direction; a metric that may move neither way "differs". */
export function metricSign(metric: MetricJudgement, direction: Direction | undefined): Sign {
  const { classification } = metric;
  const changed = classification === 'High' || classification === 'Low';
  const harmful = metric.evidence?.effect.direction ?? direction;
  const way = classification === 'High' ? 'higher' : 'lower';
  const moved = harmful === 'either' ? `Differs (${way})` : 'Worse';
  const word = changed ? moved : 'No data';
  const signs: Record<Severity, Sign> = {
    critical: { glyph: '✖', word: `${word}, critical`, tone: 'fail' },
    error: { glyph: '⚠', word: 'Error', tone: 'error' },
    fail: { glyph: '✖', word: changed ? word : `${word}, required`, tone: 'fail' },
    nodata: { glyph: '∅', word, tone: 'nodata' },
    muted: { glyph: '○', word: `${word}, muted`, tone: 'neutral' },
    undecided: { glyph: '?', word: 'Undecided', tone: 'nodata' },
    pass: { glyph: '✔', word: 'Pass', tone: 'pass' },
  };
  return signs[severityOf(metric)];
}

/** The glyph is decoration to a screen reader: the word says it. */
export function renderSign({ glyph, word, tone }: Sign): SafeHtml {
  return html`<span class="sign ${tone}"><span aria-hidden="true">${glyph}</span> ${word}</span>`;
}

/** Sentences often begin with the verdict, which the sign already says. */
export function withoutPrefix(reason: string, word: string): string {
  const prefix = `${word}:`.toLowerCase();
  const rest = reason.toLowerCase().startsWith(prefix)
    ? reason.slice(prefix.length).trim()
    : reason;
  return rest.slice(0, 1).toUpperCase() + rest.slice(1);
}
