import type { Replay, ReplayedLook, ReplayedMetric } from '../../model/replay.ts';
import type { Interval } from '../../model/judgement/sequential.ts';
import type { SequentialMetricJudgement } from './judgement.ts';
import type { JudgeInput } from '../judge.ts';
import { lookSchedule } from '../look-schedule.ts';
import { judgeSession } from './judge.ts';
import { takeLook } from './look.ts';
import { resolveOptions, type SequentialOptions } from './options.ts';
import { createSession } from './data/session.ts';

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
  const looks: ReplayedLook[] = [];
  let isDecided = false;
  for (const samples of lookSchedule(session.length, lookEvery)) {
    session.advance(samples);
    const isEnd = samples === session.length;
    const { standings, score, decision } = takeLook(session, input, { options, isEnd });
    const classifications = standings.map(({ classification }) => classification);
    looks.push({ samples, score: score.score, classifications });
    isDecided = decision !== 'continue' && decision !== 'end';
    if (isDecided) break;
  }
  const judgement = judgeSession(session, input, { options, isEnd: !isDecided });
  const { verdict, metrics } = judgement;
  const last = looks.at(-1);
  // on the way a metric is as good as passed; whether that is worth anything is asked at the end
  if (last !== undefined) last.classifications = metrics.map((metric) => metric.classification);
  return {
    judgement,
    verdict,
    decidedAt: isDecided ? looks.at(-1)!.samples : null,
    metrics: metrics.map((metric) => summarise(metric, looks)),
    looks,
  };
}

/** A metric fails on the sample that did it; one who looks now and then learns it at the next look. */
function summarise(
  { metric, classification, sequential }: SequentialMetricJudgement,
  looks: readonly ReplayedLook[],
): ReplayedMetric {
  const { decidedAt: sample, logEMax, estimate, interval } = sequential;
  const look = sample === null ? undefined : looks.find(({ samples }) => samples >= sample);
  return {
    name: metric,
    classification,
    decidedAt: look?.samples ?? null,
    eValue: Math.min(Math.exp(logEMax), Number.MAX_VALUE),
    estimate: estimate ?? null,
    interval: interval === undefined ? null : openEnds(interval),
  };
}

/** A ratio that is unbounded on the log scale is above 0: true of every ratio, and so no bound. */
function openEnds({ lower, upper }: Interval): Interval {
  return { lower: lower === 0 ? -Infinity : lower, upper };
}
