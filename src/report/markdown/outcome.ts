import type { Judgement, MetricJudgement } from '../../model/judgement/judgement.ts';
import { worstFirst, type Severity } from '../../model/judgement/severity.ts';
import { formatScore } from '../format.ts';
import { describeMetric, withoutControls, type TextReport } from '../text.ts';
import { metricSign, signOf } from '../vocabulary.ts';

/** What every format is made from: how an analysis, a judgement of files or a replay has ended. */
export interface Outcome extends TextReport {
  /** Name of the config. */
  subject: string;
  /** Of an analysis that a server has. */
  id?: string;
}

/** Of a judgement that no server has made. */
export function judgedOutcome(subject: string, judgement: Judgement) {
  const { verdict, score, reason } = judgement;
  return { subject, state: 'completed', verdict, score, reason, judgement } as const;
}

/** One metric in words, free of control characters but not escaped. */
export interface MetricLine {
  metric: MetricJudgement;
  severity: Severity;
  glyph: string;
  name: string;
  baseline: string;
  canary: string;
  change: string;
  tolerated: string;
  result: string;
}

/** Worst first, as everywhere. */
export function metricLines({ judgement }: Outcome): MetricLine[] {
  if (judgement === undefined) return [];
  return worstFirst(judgement).map(({ metric, severity }) => {
    const { glyph, word } = metricSign(metric, undefined);
    const [name = '', baseline = '', canary = '', change = '', tolerated = ''] =
      describeMetric(metric);
    return {
      metric,
      severity,
      glyph,
      name,
      baseline,
      canary,
      change,
      tolerated,
      result: word,
    };
  });
}

/** For example `✖ Fail 62/100`; without a verdict only how it ended. */
export function headline(outcome: Outcome): string {
  const { glyph, word } = signOf(outcome);
  const { verdict, score } = outcome;
  const points = verdict === undefined || score === undefined ? '' : ` ${formatScore(score)}/100`;
  return `${glyph} ${word}${points}`;
}

/** Why it ended so, on one line; empty where nobody has said. */
export function reasonOf({ failure, reason = '' }: Outcome): string {
  return withoutControls(failure?.message ?? reason);
}

/** What scripts branch on: the verdict, or `none` for whatever kept us from one. */
export function verdictWord({ verdict }: Outcome): string {
  return verdict ?? 'none';
}
