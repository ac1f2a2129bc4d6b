import type { Judgement } from '../model/judgement/judgement.ts';
import type { Pair, PairSide } from '../model/series.ts';
import type { Exposure, Judge, JudgeInput } from './judge.ts';
import { lookSchedule } from './look-schedule.ts';
import { replay } from './replay.ts';

/** What failed: the whole verdict, and the names of metrics with a label High or Low. */
export interface Alarms {
  verdict: boolean;
  metrics: ReadonlySet<string>;
}

/** Alarms at one look at the end of a run, and at any look on the way or at the end. */
export interface FalseAlarms {
  end: Alarms;
  peeking: Alarms;
}

/**
 * Judges a run whose sides are alike: whatever fails is a false alarm. A judge that may decide early is
 * looked at after every sample, as it would be; its labels latch, so that those at the end are all there
 * ever were. Any other looks every `lookEvery` samples, and goes on after a fail to see every metric's.
 * A long run with many metrics takes seconds.
 *
 * Faults: those that the judge throws for a config.
 */
export function findFalseAlarms(judge: Judge, input: JudgeInput, lookEvery: number): FalseAlarms {
  const end = alarmsOf(judge.judge(input));
  if (judge.decidesEarly === true) {
    return { end, peeking: { ...end, verdict: replay(input, 1).verdict === 'fail' } };
  }
  const metrics = new Set(end.metrics);
  let { verdict } = end;
  const length = Math.max(0, ...input.pairs.map(lengthOf));
  for (const samples of lookSchedule(length, lookEvery).slice(0, -1)) {
    const seen = alarmsOf(judge.judge(cutInput(input, samples)));
    verdict ||= seen.verdict;
    for (const name of seen.metrics) metrics.add(name);
  }
  return { end, peeking: { verdict, metrics } };
}

function alarmsOf({ verdict, metrics }: Judgement): Alarms {
  const failed = metrics.filter(
    ({ classification }) => classification === 'High' || classification === 'Low',
  );
  return { verdict: verdict === 'fail', metrics: new Set(failed.map(({ metric }) => metric)) };
}

function lengthOf({ baseline, canary }: Pair): number {
  return Math.max(baseline.values.length, canary.values.length);
}

function cutInput(input: JudgeInput, samples: number): JudgeInput {
  const cutSide = (side: PairSide) => ({ ...side, values: side.values.slice(0, samples) });
  const cutExposure = ({ baseline, canary }: Exposure) => ({
    baseline: baseline.slice(0, samples),
    canary: canary.slice(0, samples),
  });
  const { pairs, exposures = {} } = input;
  return {
    ...input,
    pairs: pairs.map((pair) => ({
      ...pair,
      baseline: cutSide(pair.baseline),
      canary: cutSide(pair.canary),
    })),
    exposures: Object.fromEntries(
      Object.entries(exposures).map(([id, exposure]) => [id, cutExposure(exposure)]),
    ),
  };
}
