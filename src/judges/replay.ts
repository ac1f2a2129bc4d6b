import type { Judgement, MetricJudgement } from '../model/judgement/judgement.ts';
import { shownChange } from '../model/judgement/shown-change.ts';
import type { Replay, ReplayedLook, ReplayedMetric } from '../model/replay.ts';
import type { Pair, PairSide } from '../model/series.ts';
import type { Judge, JudgeInput } from './judge.ts';
import { lookSchedule } from './look-schedule.ts';
import { createJudges } from './registry.ts';
import { SEQUENTIAL_JUDGE } from './sequential/judge.ts';
import { readOptions } from './sequential/options.ts';
import { replaySequential } from './sequential/replay.ts';

/**
 * Replays a finished run under the judge that its config names: a look every `lookEvery` samples
 * (rounded down, at least 1) and one at the end. The first verdict that would end an analysis ends the
 * replay too: of the sequential judge an early fail or pass, of any other judge a fail.
 *
 * Faults: `unknown-judge`, and those that the judge throws for a config.
 */
export function replay(input: JudgeInput, lookEvery: number): Replay {
  const { config } = input;
  const judge = createJudges().for(config);
  return config.judge === SEQUENTIAL_JUDGE
    ? replaySequential(input, { ...readOptions(config.judgeOptions), lookEvery })
    : replayLooks(judge, input, lookEvery);
}

/** Every look judges all samples so far anew, as such a judge does in production. */
function replayLooks(judge: Judge, input: JudgeInput, lookEvery: number): Replay {
  const length = Math.max(0, ...input.pairs.map(lengthOf));
  const looks: ReplayedLook[] = [];
  let judgement = judge.judge(input);
  let isDecided = false;
  for (const samples of lookSchedule(length, lookEvery)) {
    judgement = judge.judge({ ...input, pairs: input.pairs.map((pair) => firstOf(pair, samples)) });
    looks.push(describeLook(judgement, samples));
    isDecided = judgement.verdict === 'fail' && samples < length;
    if (isDecided) break;
  }
  return {
    judgement,
    verdict: judgement.verdict,
    decidedAt: isDecided ? looks.at(-1)!.samples : null,
    metrics: judgement.metrics.map((metric, k) => describeMetric(metric, firstFailure(looks, k))),
    looks,
  };
}

function lengthOf({ baseline, canary }: Pair): number {
  return Math.max(baseline.values.length, canary.values.length);
}

function firstOf(pair: Pair, samples: number): Pair {
  const cut = (side: PairSide) => ({ ...side, values: side.values.slice(0, samples) });
  return { ...pair, baseline: cut(pair.baseline), canary: cut(pair.canary) };
}

function describeLook({ score, metrics }: Judgement, samples: number): ReplayedLook {
  return { samples, score, classifications: metrics.map(({ classification }) => classification) };
}

function firstFailure(looks: readonly ReplayedLook[], k: number): number | null {
  const isFailed = ({ classifications }: ReplayedLook) =>
    classifications[k] === 'High' || classifications[k] === 'Low';
  return looks.find(isFailed)?.samples ?? null;
}

function describeMetric(metric: MetricJudgement, decidedAt: number | null): ReplayedMetric {
  const { evidence } = metric;
  const shown = shownChange(metric);
  // where extreme values decided, the interval of the typical ones says nothing of the label
  const isBounded = evidence !== undefined && shown !== undefined && evidence.tail === undefined;
  return {
    name: metric.metric,
    classification: metric.classification,
    decidedAt,
    eValue: null,
    estimate: shown?.estimate ?? null,
    interval: isBounded ? { lower: evidence.ratio.lower, upper: evidence.ratio.upper } : null,
  };
}
