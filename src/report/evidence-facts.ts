import type { Dominance, Evidence, MetricJudgement, TailEvidence } from '../model/judgement.ts';
import { boundsText, estimateText } from './change-text.ts';
import { formatCount, formatNumber, formatPercent, formatSigned } from './format.ts';
import { sequentialFacts } from './sequential-facts.ts';

export type Fact = readonly [term: string, value: string];

/** The numbers behind a metric's sentence, in the order in which they are read. */
export function evidenceFacts(metric: MetricJudgement): Fact[] {
  const { evidence, independentValues, sequential } = metric;
  const worth = formatCount(Math.round(independentValues ?? 0));
  return [
    ...(evidence === undefined ? [] : changeFacts(metric, evidence)),
    ...(independentValues === undefined
      ? []
      : [['Independent values', `about ${worth} a side`] as const]),
    ...(evidence?.tail === undefined ? [] : [tailFact(evidence.tail)]),
    ...(sequential === undefined ? [] : sequentialFacts(metric)),
  ];
}

function changeFacts(metric: MetricJudgement, evidence: Evidence): Fact[] {
  const { test, level, p, cles, dominance } = evidence;
  const beyond = metric.sequential?.expected === undefined ? '' : ' beyond what was expected';
  return [
    ['Test', test],
    ['Change', `${estimateText(metric)}${beyond}`],
    [`${formatPercent(level * 100)} interval`, boundsText(metric)],
    ['Allowed', describeAllowed(evidence)],
    ...(metric.sequential === undefined ? shiftFacts(evidence, metric.unit) : []),
    ...(dominance === undefined ? [] : [dominanceFact(dominance)]),
    ['Canary above baseline', `${formatPercent(cles * 100)} of all pairs of values`],
    ...(p === undefined ? [] : [['p-value of no shift', formatNumber(p)] as const]),
  ];
}

/** The change in the metric's unit, for judges that measure it there. */
function shiftFacts({ estimate, interval, bound }: Evidence, unit: string | undefined): Fact[] {
  const { lower, upper } = interval;
  const isKnown = Number.isFinite(lower) && Number.isFinite(upper);
  const range = isKnown ? ` (${formatSigned(lower, unit)} to ${formatSigned(upper, unit)})` : '';
  const beyond = bound === 0 ? 'on one side of 0' : `beyond ±${formatNumber(bound, unit)}`;
  return [
    ['Shift', `${formatSigned(estimate, unit)}${range}`],
    ['Counts as a shift', `when the interval lies wholly ${beyond}`],
  ];
}

/** What decides under the rank judge: the lower end against the limit. */
function dominanceFact({ side, probability, lower, upper, limit }: Dominance): Fact {
  const word = side === 'increase' ? 'above' : 'below';
  const [middle, least, most] = [probability, lower, upper].map((share) => shareText(share, limit));
  const decided = lower > limit ? 'above' : 'not above';
  return [
    `Canary ${word} the tolerated values`,
    `${middle} of all pairs (${least} to ${most}); the lower end is ${decided} ${formatPercent(100 * limit)}`,
  ];
}

/** With a digit more where it would be rounded to the limit. */
function shareText(share: number, limit: number): string {
  const rounded = formatPercent(100 * share);
  const isClear = share === limit || rounded !== formatPercent(100 * limit);
  return isClear ? rounded : formatNumber(100 * share, '%');
}

function describeAllowed({ effect }: Evidence): string {
  const { measure, value, direction, allowedDecrease, allowedIncrease } = effect;
  const name = measure === 'meanRatio' ? 'ratio of means' : 'probability of a higher value';
  const [least, most] = [formatNumber(allowedDecrease), formatNumber(allowedIncrease)];
  const ranges = {
    increase: `up to ${most}`,
    decrease: `down to ${least}`,
    either: `from ${least} to ${most}`,
  };
  return `${name} ${ranges[direction]}; it is ${formatNumber(value)}`;
}

function tailFact({ side, canary, baseline, p }: TailEvidence): Fact {
  const extreme = side === 'upper' ? 'highest' : 'lowest';
  return [
    'Extreme values',
    `canary ${canary}, baseline ${baseline} of the ${extreme}; p-value ${formatNumber(p)}`,
  ];
}
