import type { Classification } from '../../model/judgement/judgement.ts';
import type { Score } from '../score/score.ts';
import { commonLanguageEffect } from '../../stats/effect-size.ts';
import { createRankComparison } from '../../stats/rank-comparison.ts';
import type { SequentialDecision } from '../../model/judgement/sequential.ts';
import type { Side } from './evidence/claims.ts';
import { FEWEST_PAIRS, type MetricState } from './evidence/evidence-track.ts';
import { alphaShares } from '../score/alpha-shares.ts';
import type { JudgeInput } from '../judge.ts';
import type { SideLevel } from './evidence/metric-bounds.ts';
import {
  anytimeP,
  createAdjustment,
  localLevels,
  type Adjustment,
  type Candidate,
} from './multiplicity.ts';
import type { SequentialOptions } from './options.ts';
import { isPair, rates } from './data/rates.ts';
import { scoreCanary, shareWeights } from '../score/score-canary.ts';
import { isLateChangeLikely } from './late-change.ts';
import type { Followed, Session } from './data/session.ts';

/** One metric at one look. */
export interface Standing {
  followed: Followed;
  state: MetricState;
  groups: string[];
  weight: number;
  muted: boolean;
  classification: Classification;
  classificationReason?: string;
  /** Kayenta's flag: this result alone sets the score to 0. */
  critical: boolean;
  p: number;
  adjustedP: number;
  /** At which level each side is tested now (V1), and after how many samples it was rejected there. */
  levels: Record<Side, SideLevel>;
  rejectedAfter: Record<Side, number>;
  /** Whether parts of the run are tested beside the whole. */
  hasRestarts: boolean;
  /** Samples after which it was failed; null = it is not. */
  decidedAt: number | null;
  /** Not failed, but the samples of this part of the run speak for a harmful change: it must not pass either. */
  suspectedPart: 'run' | 'second half' | null;
  /** Samples after which its margins were ruled out, and whether that still stands. */
  confirmedAt: number | null;
  isConfirmed: boolean;
}

export interface Look {
  standings: Standing[];
  score: Score;
  decision: SequentialDecision;
}

/** V1 to V4: what the samples seen so far say; `isEnd` = no more will come. */
export function takeLook(
  session: Session,
  input: JudgeInput,
  { options, isEnd }: { options: SequentialOptions; isEnd: boolean },
): Look {
  const standings = standingsOf(session, input, { options, isEnd });
  const { groupWeights } = input.config;
  const score = scoreCanary(standings, groupWeights, input.thresholds);
  const seen = Math.max(0, ...session.followed.map(({ run }) => run.samples.length));
  const isLongEnough = seen * session.stepMs >= options.minRunMs;
  const decide = (): SequentialDecision => {
    if (failsEarly(standings, input)) return 'fail-early';
    if (options.stopOnPass && isLongEnough && passesEarly(standings, input)) return 'pass-early';
    return 'continue';
  };
  return { standings, score, decision: isEnd ? 'end' : decide() };
}

function standingsOf(
  session: Session,
  input: JudgeInput,
  { options, isEnd }: { options: SequentialOptions; isEnd: boolean },
): Standing[] {
  const metrics = session.followed.map(({ metric }) => metric);
  const names = [...new Set(metrics.flatMap(({ groups }) => groups))];
  const shares = alphaShares(metrics, shareWeights(names, input.config.groupWeights));
  const states = session.followed.map(({ run }) => run.state());
  const candidates = states.map(({ path, present }, k): Candidate => {
    return { critical: metrics[k]!.critical, share: shares[k]!, path, present };
  });
  const adjustment = createAdjustment(candidates, options.multiplicity);
  const adjusted = adjustment(Infinity);
  const failed = adjusted.map((p) => p <= options.alpha);
  const levels = localLevels(candidates, failed, options);
  return session.followed.map((followed, k) => {
    const state = states[k]!;
    const base = {
      followed,
      state,
      groups: followed.metric.groups,
      weight: followed.metric.weight,
      muted: followed.metric.muted,
      p: anytimeP(state.path.at(-1) ?? 0),
      adjustedP: adjusted[k]!,
      hasRestarts: options.restartEvery > 0 && followed.plannedSamples > options.restartEvery,
      ...testedAt(state, { level: levels[k]!, isFailed: failed[k]! }),
    };
    const label = classify(base, options.alpha);
    const isFailed = label.classification === 'High' || label.classification === 'Low';
    const isPassed = label.classification === 'Pass';
    return {
      ...base,
      ...label,
      decidedAt: isFailed ? firstFailure(adjustment, { k, alpha: options.alpha, followed }) : null,
      suspectedPart: isPassed ? suspectedPart(base, { options, isEnd }) : null,
      confirmedAt: isPassed ? state.confirmedAt : null,
      isConfirmed: isPassed && state.confirmedAt !== null && !state.isMarginLikely(),
    };
  });
}

/** What each side's bounds are read at: the level that decides, shared between the claims of a metric. */
function testedAt(
  { fail, path }: MetricState,
  { level, isFailed }: { level: number; isFailed: boolean },
): Pick<Standing, 'levels' | 'rejectedAfter'> {
  const needed = -Math.log(level);
  // adjusted p and level say the same, but for rounding: who failed did so by its own evidence
  const threshold = isFailed ? Math.min(needed, path.at(-1)!) : needed;
  const share = Math.log(Math.max(1, fail.length));
  const levelOf = (side: Side): SideLevel => {
    const own = fail.find(({ claim }) => claim.side === side);
    const common = { threshold: threshold + share };
    return own === undefined ? common : { ...common, ratio: own.claim.ratio };
  };
  const rejectionOf = (side: Side): number => {
    const own = fail.find(({ claim }) => claim.side === side);
    const first = own?.maxima.findIndex((value) => value - share >= threshold) ?? -1;
    return isFailed && first >= 0 ? first + 1 : Infinity;
  };
  return {
    levels: { increase: levelOf('increase'), decrease: levelOf('decrease') },
    rejectedAfter: { increase: rejectionOf('increase'), decrease: rejectionOf('decrease') },
  };
}

type Label = Pick<Standing, 'classification' | 'classificationReason' | 'critical'>;

/** V2, with the reasons Kayenta gives. */
function classify(
  standing: Pick<Standing, 'followed' | 'state' | 'p' | 'adjustedP' | 'rejectedAfter'>,
  alpha: number,
): Label {
  const { metric, run } = standing.followed;
  if (standing.state.pairs < FEWEST_PAIRS && run.samples.filter(isPair).length < FEWEST_PAIRS) {
    const classificationReason = `Missing data for ${metric.name}`;
    return metric.noData === 'fail' && !metric.critical
      ? { classification: 'NodataFailMetric', classificationReason, critical: false }
      : { classification: 'Nodata', classificationReason, critical: metric.critical };
  }
  const classification = failedSide(standing) === 'increase' ? 'High' : 'Low';
  if (standing.adjustedP > alpha || !isLargeEnough(standing, classification, 'allowed')) {
    return { classification: 'Pass', critical: false };
  }
  const critical =
    metric.critical &&
    criticalP(standing) <= alpha &&
    isLargeEnough(standing, classification, 'critical');
  const classificationReason = critical
    ? `The metric ${metric.name} was classified as ${classification} (Critical)`
    : `${metric.name} was classified as ${classification}`;
  return { classification, classificationReason, critical };
}

/**
 * Above it the samples rather speak against a change. A fault at the edge of what a run can find is
 * failed or not by chance (by the step it was asked at, for one): what is not failed may not pass then.
 */
const SUSPECTED_P = 0.5;

function suspectedPart(
  standing: Pick<Standing, 'followed' | 'state' | 'p' | 'rejectedAfter'>,
  { options, isEnd }: { options: SequentialOptions; isEnd: boolean },
): Standing['suspectedPart'] {
  const label = failedSide(standing) === 'increase' ? 'High' : 'Low';
  if (standing.p < SUSPECTED_P && isLargeEnough(standing, label, 'allowed')) return 'run';
  return isEnd && isLateChangeLikely(standing, options) ? 'second half' : null;
}

/** The side that was rejected first; at one sample the one with more evidence. */
function failedSide({ state, rejectedAfter }: Pick<Standing, 'state' | 'rejectedAfter'>): Side {
  const { increase, decrease } = rejectedAfter;
  if (increase !== decrease) return increase < decrease ? 'increase' : 'decrease';
  const highest = (side: Side) =>
    state.fail.find(({ claim }) => claim.side === side)?.maxima.at(-1) ?? -Infinity;
  return highest('increase') >= highest('decrease') ? 'increase' : 'decrease';
}

/** Adjusted p-value at the critical ratios of the side that failed. */
function criticalP(
  standing: Pick<Standing, 'state' | 'p' | 'adjustedP' | 'rejectedAfter'>,
): number {
  const { critical } = standing.state;
  const own = critical.find(({ claim }) => claim.side === failedSide(standing));
  const p = anytimeP((own?.maxima.at(-1) ?? 0) - Math.log(Math.max(1, critical.length)));
  return p * (standing.p > 0 ? standing.adjustedP / standing.p : 1);
}

/** K20 for `cles` limits, which no e-value tests: a check of the point estimate. */
function isLargeEnough(
  { followed }: Pick<Standing, 'followed'>,
  classification: 'High' | 'Low',
  limit: 'allowed' | 'critical',
): boolean {
  const { effect } = followed.metric;
  if (effect.measure !== 'cles') return true;
  const values = followed.run.samples.map(rates);
  const [canary, baseline] = (['canary', 'baseline'] as const).map((arm) =>
    Float64Array.from(
      values.map((value) => value[arm]).filter((value) => !Number.isNaN(value)),
    ).sort(),
  );
  const observed = commonLanguageEffect(createRankComparison(canary!, baseline!));
  return classification === 'High'
    ? observed >= effect[`${limit}Increase`]
    : observed <= effect[`${limit}Decrease`];
}

/** The first sample at which metric k stood failed: adjusted p only falls, so bisection finds it. */
function firstFailure(
  adjustment: Adjustment,
  { k, alpha, followed }: { k: number; alpha: number; followed: Followed },
): number {
  const isFailed = (samples: number) => adjustment(samples)[k]! <= alpha;
  let [low, high] = [0, followed.run.samples.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isFailed(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** V3; a metric still without data may yet have some, and a signal never rolls back: neither speaks here. */
function failsEarly(standings: readonly Standing[], input: JudgeInput): boolean {
  const failed = standings.filter(
    ({ classification, muted, followed }) =>
      !muted &&
      !followed.metric.isSignal &&
      (classification === 'High' || classification === 'Low'),
  );
  if (failed.length === 0) return false;
  if (failed.some(({ critical }) => critical)) return true;
  const hopeful = standings.map((standing) =>
    failed.includes(standing) ? standing : { ...standing, classification: 'Pass' as const },
  );
  const { score } = scoreCanary(hopeful, input.config.groupWeights, input.thresholds);
  return score < input.thresholds.marginal;
}

/**
 * V4: the score that counts nothing as passed but what is confirmed: a margin that was ruled out at any
 * look, as the error of that is kept over all of them; open again once the samples speak for the margin.
 */
function passesEarly(standings: readonly Standing[], input: JudgeInput): boolean {
  const counted = standings.filter(({ muted }) => !muted);
  const isOpen = ({ classification, isConfirmed }: Standing) =>
    classification === 'Pass' && !isConfirmed;
  if (counted.length === 0 || counted.some((one) => one.followed.metric.critical && isOpen(one))) {
    return false;
  }
  const strict = counted.map((standing) =>
    isOpen(standing) ? { ...standing, classification: 'High' as const } : standing,
  );
  const { groupWeights } = input.config;
  return scoreCanary(strict, groupWeights, input.thresholds).score >= input.thresholds.pass;
}
