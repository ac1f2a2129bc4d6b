import type { Classification } from '../../model/judgement.ts';
import type { Score } from '../score/score.ts';
import { commonLanguageEffect } from '../../stats/effect-size.ts';
import { createRankComparison } from '../../stats/rank-comparison.ts';
import type { SequentialDecision } from '../../model/sequential.ts';
import type { MetricState } from './evidence-track.ts';
import { alphaShares } from '../score/alpha-shares.ts';
import type { JudgeInput } from '../judge.ts';
import { anytimeP, createAdjustment, type Adjustment } from './multiplicity.ts';
import type { SequentialOptions } from './options.ts';
import { scoreCanary, shareWeights } from '../score/score-canary.ts';
import type { Followed, Session } from './session.ts';
import { rates } from './statistic.ts';

/** V6: no label before. */
const FEWEST_PAIRS = 5;

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
  /** Part of alpha that is this metric's own; 1 outside the family. */
  share: number;
  /** Samples after which it was failed; null = it is not. */
  decidedAt: number | null;
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
  const standings = standingsOf(session, input, options);
  const { groupWeights } = input.config;
  const score = scoreCanary(standings, groupWeights, input.thresholds);
  const seen = Math.max(0, ...session.followed.map(({ run }) => run.samples.length));
  const isLongEnough = seen * session.stepMs >= options.minRunMs;
  const decide = (): SequentialDecision => {
    if (failsEarly(standings, input)) return 'fail-early';
    if (isLongEnough && passesEarly(standings, input)) return 'pass-early';
    return 'continue';
  };
  return { standings, score, decision: isEnd ? 'end' : decide() };
}

function standingsOf(session: Session, input: JudgeInput, options: SequentialOptions): Standing[] {
  const metrics = session.followed.map(({ metric }) => metric);
  const names = [...new Set(metrics.flatMap(({ groups }) => groups))];
  const shares = alphaShares(metrics, shareWeights(names, input.config.groupWeights));
  const states = session.followed.map(({ run }) => run.state());
  const adjustment = createAdjustment(
    states.map(({ path, present }, k) => {
      return { critical: metrics[k]!.critical, share: shares[k]!, path, present };
    }),
    options.multiplicity,
  );
  const adjusted = adjustment(Infinity);
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
      share: shares[k]! > 0 ? shares[k]! : 1,
    };
    const label = classify(base, options.alpha);
    const isFailed = label.classification === 'High' || label.classification === 'Low';
    const isPassed = label.classification === 'Pass';
    return {
      ...base,
      ...label,
      decidedAt: isFailed ? firstFailure(adjustment, { k, alpha: options.alpha, followed }) : null,
      confirmedAt: isPassed ? state.confirmedAt : null,
      isConfirmed: isPassed && state.confirmedAt !== null && !state.isMarginLikely,
    };
  });
}

type Label = Pick<Standing, 'classification' | 'classificationReason' | 'critical'>;

/** V2, with the reasons Kayenta gives. */
function classify(
  standing: Pick<Standing, 'followed' | 'state' | 'p' | 'adjustedP'>,
  alpha: number,
): Label {
  const { metric } = standing.followed;
  if (standing.state.pairs < FEWEST_PAIRS) {
    const classificationReason = `Missing data for ${metric.name}`;
    return metric.noData === 'fail' && !metric.critical
      ? { classification: 'NodataFailMetric', classificationReason, critical: false }
      : { classification: 'Nodata', classificationReason, critical: metric.critical };
  }
  const { increase, decrease } = standing.state.leadingSides;
  const classification = increase >= decrease ? 'High' : 'Low';
  if (standing.adjustedP > alpha || !isLargeEnough(standing, classification, 'allowed')) {
    return { classification: 'Pass', critical: false };
  }
  const factor = standing.p > 0 ? standing.adjustedP / standing.p : 1;
  const critical =
    metric.critical &&
    anytimeP(standing.state.criticalMax) * factor <= alpha &&
    isLargeEnough(standing, classification, 'critical');
  const classificationReason = critical
    ? `The metric ${metric.name} was classified as ${classification} (Critical)`
    : `${metric.name} was classified as ${classification}`;
  return { classification, classificationReason, critical };
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
  return Math.max(high, samplesUntil(followed, FEWEST_PAIRS));
}

function samplesUntil({ run }: Followed, pairs: number): number {
  let seen = 0;
  const index = run.samples.findIndex((sample) => {
    const { canary, baseline } = rates(sample);
    return !Number.isNaN(canary - baseline) && ++seen === pairs;
  });
  return index + 1;
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
