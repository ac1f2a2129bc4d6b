import type { Evidence, MetricJudgement, TailEvidence } from '../model/judgement.ts';
import type { ObservedRatio, SequentialEvidence } from '../model/sequential.ts';
import { formatChange, formatCount, formatNumber, formatPercent, formatSigned } from './format.ts';

export type Fact = readonly [term: string, value: string];

/** The numbers behind a metric's sentence, in the order in which they are read. */
export function evidenceFacts({
  evidence,
  independentValues,
  sequential,
  unit,
}: MetricJudgement): Fact[] {
  return [
    ...(evidence === undefined ? [] : shiftFacts(evidence, unit)),
    ...(independentValues === undefined
      ? []
      : [
          [
            'Independent values',
            `about ${formatCount(Math.round(independentValues))} a side`,
          ] as const,
        ]),
    ...(evidence?.tail === undefined ? [] : [tailFact(evidence.tail)]),
    ...(sequential === undefined ? [] : sequentialFacts(sequential)),
  ];
}

function shiftFacts(evidence: Evidence, unit: string | undefined): Fact[] {
  const { test, level, p, estimate, interval, bound, ratio, cles } = evidence;
  const range = `${formatSigned(interval.lower, unit)} to ${formatSigned(interval.upper, unit)}`;
  const beyond = bound === 0 ? 'on one side of 0' : `beyond ±${formatNumber(bound, unit)}`;
  return [
    ['Test', test],
    ['Shift', formatSigned(estimate, unit)],
    [`${formatPercent(level * 100)} interval`, range],
    ['Counts as a shift', `when the interval lies wholly ${beyond}`],
    ['Change', changeText({ estimate: ratio.estimate, interval: ratio })],
    ['Allowed', describeAllowed(evidence)],
    ['Canary above baseline', `${formatPercent(cles * 100)} of all pairs of values`],
    ...(p === undefined ? [] : [['p-value of no shift', formatNumber(p)] as const]),
  ];
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

function sequentialFacts(sequential: SequentialEvidence): Fact[] {
  const { logE, logEMax, p, adjustedP, pairs, effectiveSampleSize } = sequential;
  const { decidedAt, since, late, detectableChange, probabilityOfRegression } = sequential;
  const worth = formatCount(Math.round(effectiveSampleSize));
  return [
    ['Pairs of values', `${formatCount(pairs)}, worth about ${worth} independent ones`],
    ['E-value', `${eText(logE)} now, ${eText(logEMax)} at most; 1 is no evidence`],
    ['Adjusted p-value', `${formatNumber(adjustedP)} (own ${formatNumber(p)}), at any look`],
    ...(decidedAt === null ? [] : [['Failed', `after ${samplesText(decidedAt)}`] as const]),
    ...(since === null || late === undefined
      ? []
      : [[`From sample ${since + 1} on`, changeText(late)] as const]),
    ['Margin', marginText(sequential)],
    ...(detectableChange === undefined
      ? []
      : [['Found with 80 % power', formatPercent(100 * detectableChange)] as const]),
    ['Probability of a regression', formatPercent(100 * probabilityOfRegression)],
  ];
}

function marginText({ confirmed, confirmedAt, samplesToConfirm }: SequentialEvidence): string {
  if (confirmedAt !== null) {
    const lapsed = confirmed ? '' : '; all samples together now speak for it';
    return `ruled out after ${samplesText(confirmedAt)}${lapsed}`;
  }
  const isKnown = samplesToConfirm !== undefined && Number.isFinite(samplesToConfirm);
  return isKnown
    ? `not ruled out; about ${samplesText(samplesToConfirm)} more, if nothing changes`
    : 'not ruled out';
}

function samplesText(count: number): string {
  return count === 1 ? '1 sample' : `${formatCount(count)} samples`;
}

function changeText({ estimate, interval: { lower, upper } }: ObservedRatio): string {
  return `${formatChange(estimate)} (${formatChange(lower)} to ${formatChange(upper)})`;
}

/** An e-value beyond all doubles is as large as any. */
function eText(logE: number): string {
  return formatNumber(Math.exp(logE));
}
