import type { Classification, Verdict } from '../../model/judgement.ts';
import type { Interval } from '../../stats/confidence-sequence.ts';
import type { SequentialMetricJudgement } from '../../model/sequential.ts';
import type { JudgeInput } from '../judge.ts';
import { judgeSession } from './judge.ts';
import { takeLook } from './look.ts';
import { resolveOptions, type SequentialOptions } from './options.ts';
import { createSession } from './session.ts';

/** What a run would have ended with, had its samples arrived one by one. */
export interface Replay {
  verdict: Verdict;
  /** Samples seen when it was decided; null when it went on to the end. */
  decidedAt: number | null;
  metrics: ReplayedMetric[];
}

export interface ReplayedMetric {
  name: string;
  classification: Classification;
  /** Samples seen at the look that failed it; null if none did. */
  decidedAt: number | null;
  /** Largest e-value so far against the metric's tolerance. */
  eValue: number;
  /** Ratio canary / baseline with its confidence sequence; null where there is none. */
  estimate: number | null;
  interval: Interval | null;
}

/**
 * Feeds the given series step by step, looks every `lookEvery` samples (at least 1) and stops at the
 * first early verdict; without one the last look is the end of the run.
 */
export function replaySequential(
  input: JudgeInput,
  { lookEvery, ...given }: { lookEvery: number } & Partial<SequentialOptions>,
): Replay {
  const options = resolveOptions(given);
  const session = createSession(input, options);
  const pace = Math.max(1, Math.floor(lookEvery) || 1);
  let seen = 0;
  let isDecided = false;
  while (seen < session.length && !isDecided) {
    seen = Math.min(seen + pace, session.length);
    session.advance(seen);
    if (seen < session.length) {
      isDecided = takeLook(session, input, { options, isEnd: false }).decision !== 'continue';
    }
  }
  const { verdict, metrics } = judgeSession(session, input, { options, isEnd: !isDecided });
  const lookAt = (sample: number) => Math.min(Math.ceil(sample / pace) * pace, session.length);
  return {
    verdict,
    decidedAt: isDecided ? seen : null,
    metrics: metrics.map((metric) => summarise(metric, lookAt)),
  };
}

function summarise(
  { metric, classification, sequential }: SequentialMetricJudgement,
  lookAt: (sample: number) => number,
): ReplayedMetric {
  const { decidedAt, logEMax, estimate, interval } = sequential;
  return {
    name: metric,
    classification,
    decidedAt: decidedAt === null ? null : lookAt(decidedAt),
    eValue: Math.min(Math.exp(logEMax), Number.MAX_VALUE),
    estimate: estimate ?? null,
    interval: interval ?? null,
  };
}
