import type { MetricConfig } from '../../model/config.ts';
import type { Dominance, Evidence, MetricJudgement } from '../../model/judgement/judgement.ts';
import {
  countText,
  numberText,
  percentText,
  quantityText,
  ratioText,
  ratioTextsBeside,
} from '../explain/number-text.ts';
import { ratioRangeText } from '../explain/range-text.ts';
import { ALLOWED, CRITICAL } from './label.ts';

type Judged = Omit<MetricJudgement, 'sentence'>;
type Policy = Pick<MetricConfig, 'direction' | 'effect' | 'minimumChange'>;
type Decided = Evidence & { dominance: Dominance };

/**
 * What typical values show: by how much they differ, how often a canary value lies beyond a tolerated one, and
 * the limit of that, which is what decides.
 */
export function explainDominance(
  judged: Judged,
  evidence: Decided,
  policy: Policy,
  since: string,
): string {
  const change = changeText(judged, evidence, policy);
  if (judged.classification !== 'Pass') {
    const critical = judged.critical ? `, critical from ${criticalText(evidence, policy)}` : '';
    const beyond = oftenText(evidence, policy, judged.unit);
    return `${change}${since}; ${beyond}${limitText(evidence, policy)}${critical}`;
  }
  return `${passText(change, evidence, policy, judged)}${dependenceText(judged)}`;
}

function passText(change: string, evidence: Decided, policy: Policy, judged: Judged): string {
  const { interval, ratio, dominance } = evidence;
  const rose = interval.lower > 0;
  const fell = interval.upper < 0;
  if (!rose && !fell) return `shows no clear change: it ${change}`;
  if (rose && policy.direction === 'decrease') return `${change}; only a decrease is harmful`;
  if (fell && policy.direction === 'increase') return `${change}; only an increase is harmful`;
  const side = rose ? 'increase' : 'decrease';
  const limit = policy.effect[ALLOWED[side]];
  const isWithin = rose ? ratio.upper <= limit : ratio.lower >= limit;
  if (isWithin && policy.effect.measure === 'meanRatio') {
    return `${change}, within the allowed ${ratioTextsBeside(limit, [ratio.lower, ratio.upper])[0]}`;
  }
  if (dominance.side !== side) return `${change}, within what is allowed`;
  return `${change}, but not clearly beyond what is allowed: ${oftenText(evidence, policy, judged.unit)}`;
}

/** In the words of a ratio where all values are above 0, else by the means. */
function changeText(judged: Judged, { ratio }: Decided, policy: Policy): string {
  const { canary, baseline, unit } = judged;
  if (!Number.isFinite(ratio.estimate)) {
    const difference = canary.mean - baseline.mean;
    const word = difference === 0 ? 'unchanged' : difference > 0 ? 'higher' : 'lower';
    return `is ${word}: ${numberText(baseline.mean)} -> ${quantityText(canary.mean, unit)} on average`;
  }
  const write = writerBeside(ratio, policy);
  const range = ratioRangeText(ratio, write);
  const interval = range === undefined ? 'the values do not say how surely' : `interval ${range}`;
  const mean = canary.mean / baseline.mean;
  const isApart = !(ratio.lower <= mean && mean <= ratio.upper) && Number.isFinite(mean);
  const means = isApart ? `; ${write(mean)} on average` : '';
  return `is ${write(ratio.estimate)} times the baseline (${interval}${means})`;
}

/** Writes ratios so that none is rounded to the other side of the limit that it was held against. */
function writerBeside(ratio: Evidence['ratio'], { effect }: Policy): (ratio: number) => string {
  if (effect.measure !== 'meanRatio') return ratioText;
  const { allowedIncrease, allowedDecrease } = effect;
  return (value) => {
    const limit = ratio.estimate >= 1 ? allowedIncrease : allowedDecrease;
    return ratioTextsBeside(limit, [value])[1]!;
  };
}

/** `the canary is higher by more than the allowed 5 % in 83 % of comparisons (66 to 92 %)`. */
function oftenText({ dominance }: Decided, policy: Policy, unit: string | undefined): string {
  const { side, probability, lower, upper, limit } = dominance;
  const share = percentText(probability);
  const [least, most] = [lower, upper].map((end) => shareText(end, limit));
  const range = upper < 1 ? `${least} to ${most} %` : `at least ${least} %`;
  const word = side === 'increase' ? 'higher' : 'lower';
  return `the canary is ${word}${toleranceText(policy, side, unit)} in ${share} of comparisons (${range})`;
}

/** In percent, with more digits where it would be rounded to the limit or across it. */
function shareText(share: number, limit: number): string {
  return ratioTextsBeside(100 * limit, [100 * share])[1]!;
}

/** In percent and not as a factor: negative values rise by a share of their size. */
function toleranceText(
  { effect, minimumChange = 0 }: Policy,
  side: Dominance['side'],
  unit: string | undefined,
): string {
  const ratio = effect.measure === 'meanRatio' ? effect[ALLOWED[side]] : 1;
  const parts = [
    ...(ratio === 1 ? [] : [percentText(Math.abs(ratio - 1))]),
    ...(minimumChange > 0 ? [quantityText(minimumChange, unit)] : []),
  ];
  return parts.length === 0 ? '' : ` by more than the allowed ${parts.join(' and ')}`;
}

/** Where the tolerance is none, or a probability, which no value shows. */
function limitText({ dominance }: Decided, { effect, minimumChange = 0 }: Policy): string {
  if (effect.measure === 'cles') return `; allowed ${percentText(dominance.limit)}`;
  const isNone = effect[ALLOWED[dominance.side]] === 1 && minimumChange === 0;
  return isNone ? `; no ${dominance.side} is allowed` : '';
}

function criticalText({ dominance }: Decided, { effect }: Policy): string {
  const limit = effect[CRITICAL[dominance.side]];
  if (effect.measure === 'meanRatio') return ratioText(limit);
  return percentText(dominance.side === 'increase' ? limit : 1 - limit);
}

/** Why an interval is wide: under half of the values of a side are independent of the others. */
function dependenceText({ canary, baseline, independentValues = Infinity }: Judged): string {
  const fewest = Math.min(canary.count, baseline.count);
  if (independentValues >= fewest / 2) return '';
  return `; ${countText(fewest, 'value')} a side are worth about ${Math.round(independentValues)} independent ones`;
}
