import type { EffectPolicy, MetricConfig } from '../model/config.ts';
import type { Evidence, MetricJudgement } from '../model/judgement.ts';
import { hasNoData, isBlank, isBlankSide } from './evidence-of-data.ts';
import { countText, numberText, percentText, quantityText, ratioText } from './number-text.ts';

type Judged = Omit<MetricJudgement, 'sentence'>;
type Policy = Pick<MetricConfig, 'direction' | 'effect'>;

/**
 * One metric's result in one plain sentence: what changed, by how much, and against which limit, for
 * example `error rate is 2.1 times the baseline (interval 1.8 to 2.4); allowed 1.05`.
 */
export function explainMetric(judged: Judged, policy: Policy): string {
  const note = judged.muted ? ' (shown only, without influence on the score)' : '';
  return `${nameText(judged)} ${explainResult(judged, policy)}${note}`;
}

/** The metric's name, with the tags that tell its pairs apart: `latency {pod="a"}`. */
export function nameText(judged: Pick<Judged, 'metric' | 'tags'>): string {
  const tags = Object.entries(judged.tags).map(([key, value]) => `${key}="${value}"`);
  return tags.length === 0 ? judged.metric : `${judged.metric} {${tags.join(', ')}}`;
}

function explainResult(judged: Judged, policy: Policy): string {
  if (judged.classification === 'NodataFailMetric') {
    return `has no data ${emptySidesText(judged)}, and it must have data`;
  }
  if (hasNoData(judged)) return `has no data ${emptySidesText(judged)}`;
  if (judged.classification === 'Error') return explainError(judged);
  if (judged.evidence === undefined) return explainUntested(judged);
  if (!Number.isFinite(judged.canary.mean) || !Number.isFinite(judged.baseline.mean)) {
    return 'cannot be measured against the baseline, as its values are infinite';
  }
  return explainChange(judged, judged.evidence, policy);
}

/** Which sides are empty, after cleaning. */
export function emptySidesText(judged: Pick<Judged, 'baseline' | 'canary'>): string {
  if (judged.baseline.count > 0) return 'on the canary side';
  if (judged.canary.count > 0) return 'on the baseline side';
  return 'on either side';
}

function explainError({ canary, baseline }: Judged): string {
  const sides = `${countText(canary.count, 'canary value')} and ${countText(baseline.count, 'baseline value')}`;
  return `could not be compared: ${sides} without variation cannot tell a change from chance`;
}

function explainUntested(judged: Judged): string {
  const { canary, baseline, unit } = judged;
  if (isBlank(judged)) return 'has no data on either side, and missing values count as 0';
  if (canary.count === 0 || baseline.count === 0) {
    return `has no data ${emptySidesText(judged)}, and missing values count as 0`;
  }
  const constant = canary.min === canary.max ? `: always ${quantityText(canary.min, unit)}` : '';
  return `is identical on both sides${constant}`;
}

function explainChange(judged: Judged, evidence: Evidence, policy: Policy): string {
  const change = changeText(judged, evidence);
  if (judged.classification === 'High') {
    const { allowedIncrease, criticalIncrease } = policy.effect;
    return `${change}; ${limitText('increase', allowedIncrease, judged, policy.effect)}${criticalText(judged, criticalIncrease, policy.effect)}`;
  }
  if (judged.classification === 'Low') {
    const { allowedDecrease, criticalDecrease } = policy.effect;
    return `${change}; ${limitText('decrease', allowedDecrease, judged, policy.effect)}${criticalText(judged, criticalDecrease, policy.effect)}`;
  }
  return explainPass(judged, evidence, policy);
}

function explainPass(judged: Judged, evidence: Evidence, policy: Policy): string {
  const change = changeText(judged, evidence);
  const { interval, bound } = evidence;
  const rose = interval.lower > bound;
  const fell = interval.upper < -bound;
  if (!rose && !fell) return `shows no clear change: it ${change}${replacedText(judged)}`;
  if (rose && policy.direction === 'decrease') return `${change}; only a decrease is harmful`;
  if (fell && policy.direction === 'increase') return `${change}; only an increase is harmful`;
  const limit = rose ? policy.effect.allowedIncrease : policy.effect.allowedDecrease;
  return `${change}, within the allowed ${effectText(limit, policy.effect)}`;
}

function replacedText({ canary, baseline }: Judged): string {
  if (isBlankSide(canary)) return ' (no canary value arrived, missing values count as 0)';
  return isBlankSide(baseline) ? ' (no baseline value arrived, missing values count as 0)' : '';
}

/** What happened, without any judgement. */
function changeText(judged: Judged, evidence: Evidence): string {
  if (evidence.effect.measure === 'cles') return chanceText(judged, evidence);
  // a ratio says nothing about a mean of 0, and the wrong thing about negative values
  return judged.baseline.mean > 0 && judged.canary.mean > 0
    ? ratioChangeText(judged, evidence)
    : meansText(judged, evidence);
}

/**
 * The ratio is one of means, the interval one of typical shifts. Where the tails drive the means the
 * first can lie outside the second; then the sentence says that the two are different things.
 */
function ratioChangeText(judged: Judged, { ratio }: Evidence): string {
  const mean = judged.canary.mean / judged.baseline.mean;
  const isInside = ratio.lower <= mean && mean <= ratio.upper;
  const range = `${ratioText(ratio.lower)} to ${ratioText(ratio.upper)}`;
  const spread = isInside ? `interval ${range}` : `a typical value ${range} times`;
  return `is ${ratioText(mean)} times the baseline (${spread})`;
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

function limitText(
  move: 'increase' | 'decrease',
  limit: number,
  judged: Judged,
  effect: EffectPolicy,
): string {
  if (judged.evidence !== undefined && Number.isNaN(judged.evidence.effect.value)) {
    return `a clear ${move} from or to an average of 0 is never allowed`;
  }
  const isNeutral = limit === (effect.measure === 'cles' ? 0.5 : 1);
  return isNeutral ? `no ${move} is allowed` : `allowed ${effectText(limit, effect)}`;
}

function criticalText(judged: Judged, limit: number, effect: EffectPolicy): string {
  return judged.critical ? `, critical from ${effectText(limit, effect)}` : '';
}

/** A limit in the words of `changeText`; a probability below one half is one of being lower. */
function effectText(limit: number, { measure }: EffectPolicy): string {
  return measure === 'cles' ? percentText(Math.max(limit, 1 - limit)) : ratioText(limit);
}
