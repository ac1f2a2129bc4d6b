import type { EffectPolicy, MetricConfig } from '../../model/config.ts';
import type { Evidence, MetricJudgement, TailEvidence } from '../../model/judgement/judgement.ts';
import {
  hasNoData,
  isBlank,
  isBlankSide,
  isUnmeasured,
} from '../../model/judgement/evidence-of-data.ts';
import { explainDominance } from '../mann-whitney/sentence.ts';
import {
  countText,
  numberText,
  percentText,
  quantityText,
  ratioText,
  ratioTextsBeside,
} from './number-text.ts';
import { ratioRangeText } from './range-text.ts';

type Judged = Omit<MetricJudgement, 'sentence'>;
type Policy = Pick<MetricConfig, 'direction' | 'effect' | 'minimumChange'>;

/**
 * One metric's result in one plain sentence: what changed, by how much, and against which limit, for
 * example `error rate is 2.1 times the baseline (interval 1.8 to 2.4) since 22:39 UTC; allowed 1.05`.
 *
 * @param since when the change began, in words that follow it; see `sinceText`
 */
export function explainMetric(judged: Judged, policy: Policy, since = ''): string {
  const note = judged.muted ? ' (shown only, without influence on the score)' : '';
  return `${nameText(judged)} ${explainResult(judged, policy, since)}${note}`;
}

/** The metric's name, with the tags that tell its pairs apart: `latency {pod="a"}`. */
export function nameText(judged: Pick<Judged, 'metric' | 'tags'>): string {
  const tags = Object.entries(judged.tags).map(([key, value]) => `${key}="${value}"`);
  return tags.length === 0 ? judged.metric : `${judged.metric} {${tags.join(', ')}}`;
}

function explainResult(judged: Judged, policy: Policy, since: string): string {
  if (judged.classification === 'NodataFailMetric') {
    return `${missingText(judged)}, and it must have data`;
  }
  if (hasNoData(judged)) return missingText(judged);
  if (judged.classification === 'Error') return explainError(judged);
  if (isUnmeasured(judged)) return 'holds infinite values, so no change can be measured';
  if (judged.evidence === undefined) return explainUntested(judged);
  if (judged.evidence.tail !== undefined) return explainTail(judged.evidence.tail, since);
  if (holdsInfinity(judged)) return explainInfinite(judged.evidence, judged.unit);
  if (overflows(judged, judged.evidence)) return 'holds values too large to measure a change';
  const { dominance } = judged.evidence;
  return dominance === undefined
    ? explainChange(judged, judged.evidence, policy, since)
    : explainDominance(judged, { ...judged.evidence, dominance }, policy, since);
}

function holdsInfinity({ baseline, canary }: Judged): boolean {
  return [baseline, canary].some(({ min, max }) => min === -Infinity || max === Infinity);
}

/** There is no mean, but infinite values rank as farther out than every number. */
function explainInfinite(evidence: Evidence, unit: string | undefined): string {
  const { ratio, interval } = evidence;
  if ([ratio.lower, ratio.upper].every(Number.isFinite)) {
    const range = `${ratioText(ratio.lower)} to ${ratioText(ratio.upper)}`;
    return `holds infinite values; a typical value is ${range} times the baseline's`;
  }
  const isMeasured = [interval.lower, interval.upper].every(Number.isFinite);
  return isMeasured
    ? `holds infinite values; the ${shiftText(evidence, unit)} is that of a typical value`
    : 'holds too many infinite values to tell the change of a typical one';
}

function overflows(judged: Judged, { interval, ratio, effect }: Evidence): boolean {
  const { baseline, canary } = judged;
  const shown = [baseline.mean, canary.mean, interval.lower, interval.upper];
  // of ranks a value of 0 or below leaves no ratio, which is nothing that is too large
  const ends = Number.isNaN(ratio.estimate) ? [] : [ratio.lower, ratio.upper];
  const ratios =
    effect.measure === 'meanRatio' && hasRatio(judged)
      ? [canary.mean / baseline.mean, ...ends]
      : [];
  return ![...shown, ...ratios].every(Number.isFinite);
}

/** Which sides are empty after cleaning, or that what they hold is too little. */
export function missingText({
  baseline,
  canary,
  independentValues,
}: Pick<Judged, 'baseline' | 'canary' | 'independentValues'>): string {
  if (baseline.count > 0 && canary.count > 0) {
    const counts = `${countText(canary.count, 'canary value')} and ${countText(baseline.count, 'baseline value')}`;
    return independentValues === undefined
      ? `has too few values to judge: ${counts}`
      : `has too few independent values to judge: ${counts} may be worth about ${Math.round(independentValues)} independent ones a side`;
  }
  if (baseline.count > 0) return 'has no data on the canary side';
  if (canary.count > 0) return 'has no data on the baseline side';
  return 'has no data on either side';
}

function explainError({ canary, baseline }: Judged): string {
  const sides = `${countText(canary.count, 'canary value')} and ${countText(baseline.count, 'baseline value')}`;
  return `could not be compared: ${sides} without variation cannot tell a change from chance`;
}

function explainUntested(judged: Judged): string {
  const { canary, baseline, unit } = judged;
  if (isBlank(judged)) return 'has no data on either side, and missing values count as 0';
  if (canary.count === 0 || baseline.count === 0) {
    return `${missingText(judged)}, and missing values count as 0`;
  }
  const value = Number.isFinite(canary.min) ? quantityText(canary.min, unit) : 'infinite';
  const constant = canary.min === canary.max ? `: always ${value}` : '';
  return `is identical on both sides${constant}`;
}

function explainChange(judged: Judged, evidence: Evidence, policy: Policy, since: string): string {
  if (judged.classification === 'Pass') return explainPass(judged, evidence, policy);
  const move = judged.classification === 'High' ? 'increase' : 'decrease';
  const limit = limitText(move, evidence.effect.value, policy.effect);
  const critical = judged.critical
    ? `, critical from ${effectText(move, criticalLimit(move, policy.effect), policy.effect)}`
    : '';
  return `${changeText(judged, evidence)}${since}; ${limit}${critical}`;
}

function explainTail({ side, canary, baseline, p }: TailEvidence, since: string): string {
  const extreme = side === 'upper' ? 'highest' : 'lowest';
  const share = `${canary} of the ${canary + baseline} ${extreme} values of both sides`;
  const chance = `by chance in ${percentText(p)} of cases`;
  return `is worse in part${since}: the canary holds ${share}, also after the tolerance (${chance}), although a typical value is not clearly beyond the limit`;
}

function explainPass(judged: Judged, evidence: Evidence, policy: Policy): string {
  const change = changeText(judged, evidence);
  const { interval, bound } = evidence;
  const rose = interval.lower > bound;
  const fell = interval.upper < -bound;
  if (!rose && !fell) return `${unclearText(judged, evidence, change)}${replacedText(judged)}`;
  if (rose && policy.direction === 'decrease') return `${change}; only a decrease is harmful`;
  if (fell && policy.direction === 'increase') return `${change}; only an increase is harmful`;
  const move = rose ? 'increase' : 'decrease';
  const limit = effectText(move, allowedLimit(move, policy.effect), policy.effect);
  // a change told in units needs the ratio that excused it
  const told = evidence.effect.measure === 'cles' || hasRatio(judged);
  return told
    ? `${change}, within the allowed ${limit}`
    : `${change}; its ratio ${ratioText(evidence.effect.value)} is within the allowed ${limit}`;
}

/**
 * Why nothing was found. Kayenta's rule asks whether the interval of the shift lies beyond a part of the shift
 * itself: it may pass what a person sees, and then the sentence says so.
 */
function unclearText(judged: Judged, evidence: Evidence, change: string): string {
  const { interval, bound } = evidence;
  if (interval.lower <= 0 && interval.upper >= 0) {
    return isMeanApart(judged, evidence)
      ? `${change}: no clear change of a typical value`
      : `shows no clear change: it ${change}`;
  }
  const end = interval.lower > 0 ? interval.lower : interval.upper;
  const shift = `${numberText(end)} is not beyond ${quantityText(Math.sign(end) * bound, judged.unit)}`;
  return `${change}, but passes by the rule that the interval of the shift must lie beyond a quarter of it: ${shift}`;
}

function replacedText({ canary, baseline }: Judged): string {
  if (isBlankSide(canary)) return ' (no canary value arrived, missing values count as 0)';
  return isBlankSide(baseline) ? ' (no baseline value arrived, missing values count as 0)' : '';
}

/** What happened, without any judgement. */
function changeText(judged: Judged, evidence: Evidence): string {
  if (evidence.effect.measure === 'cles') return chanceText(judged, evidence);
  return hasRatio(judged) ? ratioChangeText(judged, evidence) : meansText(judged, evidence);
}

/** A ratio says nothing about a mean of 0, and the wrong thing about negative values. */
function hasRatio({ baseline, canary }: Judged): boolean {
  return baseline.mean > 0 && canary.mean > 0;
}

/**
 * The ratio is one of means, the interval one of typical shifts. Where the tails drive the means the
 * first can lie outside the second; then the sentence says that the two are different things.
 */
function ratioChangeText(judged: Judged, evidence: Evidence): string {
  const { ratio, effect } = evidence;
  const mean = judged.canary.mean / judged.baseline.mean;
  const limit = mean >= 1 ? effect.allowedIncrease : effect.allowedDecrease;
  const write = (value: number): string =>
    effect.measure === 'meanRatio' ? ratioTextsBeside(limit, [value])[1]! : ratioText(value);
  const range = ratioRangeText(ratio, write);
  if (range === undefined) {
    return `is ${write(mean)} times the baseline on average (how much a typical value changed is open)`;
  }
  const spread = isMeanApart(judged, evidence)
    ? `a typical value ${range} times`
    : `interval ${range}`;
  return `is ${write(mean)} times the baseline (${spread})`;
}

function isMeanApart(judged: Judged, { ratio, effect }: Evidence): boolean {
  const mean = judged.canary.mean / judged.baseline.mean;
  const isTold = effect.measure === 'meanRatio' && hasRatio(judged);
  return isTold && !(ratio.lower <= mean && mean <= ratio.upper);
}

function meansText(judged: Judged, evidence: Evidence): string {
  const { canary, baseline, unit } = judged;
  const word = wordOfMove(canary.mean - baseline.mean);
  const means = `${numberText(baseline.mean)} -> ${quantityText(canary.mean, unit)}`;
  return `is ${word}: ${means} on average (${shiftText(evidence, unit)})`;
}

function chanceText(judged: Judged, evidence: Evidence): string {
  const { cles } = evidence;
  const word = cles < 0.5 ? 'lower' : 'higher';
  const share = percentText(Math.max(cles, 1 - cles));
  return `is ${word} than the baseline in ${share} of comparisons (${shiftText(evidence, judged.unit)})`;
}

function shiftText({ interval }: Evidence, unit: string | undefined): string {
  return `shift ${numberText(interval.lower)} to ${quantityText(interval.upper, unit)}`;
}

function wordOfMove(difference: number): string {
  if (difference === 0) return 'unchanged';
  return difference > 0 ? 'higher' : 'lower';
}

function limitText(move: Move, observed: number, effect: EffectPolicy): string {
  if (Number.isNaN(observed)) return `any clear ${move} fails where a mean of 0 leaves no ratio`;
  const limit = allowedLimit(move, effect);
  const isNeutral = limit === (effect.measure === 'cles' ? 0.5 : 1);
  return isNeutral ? `no ${move} is allowed` : `allowed ${effectText(move, limit, effect)}`;
}

type Move = 'increase' | 'decrease';

function allowedLimit(move: Move, effect: EffectPolicy): number {
  return move === 'increase' ? effect.allowedIncrease : effect.allowedDecrease;
}

function criticalLimit(move: Move, effect: EffectPolicy): number {
  return move === 'increase' ? effect.criticalIncrease : effect.criticalDecrease;
}

/** A limit in the words of `changeText`: a ratio, or how often the canary is the higher or lower one. */
function effectText(move: Move, limit: number, { measure }: EffectPolicy): string {
  if (measure === 'meanRatio') return ratioText(limit);
  return percentText(move === 'increase' ? limit : 1 - limit);
}
