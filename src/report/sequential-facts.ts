import type { MetricJudgement } from '../model/judgement.ts';
import type {
  ExpectedRatio,
  HeldSamples,
  ObservedRatio,
  SequentialEvidence,
} from '../model/sequential.ts';
import type { Fact } from './evidence-facts.ts';
import { formatChange, formatCount, formatNumber, formatPercent } from './format.ts';

/** What a sequential judge saw, in the order in which it is asked: expected, decided, true now, and how surely. */
export function sequentialFacts(metric: MetricJudgement): Fact[] {
  const { sequential, unit } = metric;
  if (sequential === undefined) return [];
  const { logE, logEMax, p, adjustedP, pairs, effectiveSampleSize } = sequential;
  const worth = formatCount(Math.round(effectiveSampleSize));
  return [
    ...expectedFacts(sequential),
    ...decisionFacts(metric, sequential),
    ['Margin', marginText(sequential)],
    ...powerFacts(sequential),
    ...dataFacts(sequential, unit),
    ['Pairs of values', `${formatCount(pairs)}, worth about ${worth} independent ones`],
    ['E-value', `${eText(logE)} now, ${eText(logEMax)} at most; 1 is no evidence`],
    ['Adjusted p-value', `${formatNumber(adjustedP)} (own ${formatNumber(p)}), at any look`],
    ['Probability of a regression', formatPercent(100 * sequential.probabilityOfRegression)],
  ];
}

function expectedFacts({ expected, observed }: SequentialEvidence): Fact[] {
  if (expected === undefined) return [];
  const sides = observed === undefined ? '' : `; the sides differ by ${formatChange(observed)}`;
  const spread = formatPercent(100 * expected.spread);
  const size = `${formatChange(expected.ratio)} ± ${spread}`;
  return [['Expected', `${size}, from ${originText(expected)}${sides}`]];
}

function originText({ runs, hasBefore }: ExpectedRatio): string {
  const parts = [
    ...(hasBefore ? ['the time before the rollout'] : []),
    ...(runs > 0 ? [runs === 1 ? '1 earlier run' : `${runs} earlier runs`] : []),
  ];
  return parts.join(' and ') || 'no earlier run';
}

/** What was true when it was decided, and what is true now: two sentences. */
function decisionFacts({ evidence }: MetricJudgement, sequential: SequentialEvidence): Fact[] {
  const { decidedAt, since, late } = sequential;
  const failed: Fact[] =
    decidedAt === null || Number.isNaN(decidedAt)
      ? []
      : [['Failed', `after ${samplesText(decidedAt)}; later samples do not undo that`]];
  if (since === null || Number.isNaN(since)) return failed;
  const sample = evidence?.since ?? since;
  const clock = evidence?.sinceAt === undefined ? '' : `, ${evidence.sinceAt.slice(11, 16)} UTC`;
  const began: Fact = ['Began', `with sample ${sample + 1}${clock}`];
  const now: Fact[] =
    late === undefined ? [] : [['Since then', `${rangeText(late)}; it decides nothing`]];
  return [...failed, began, ...now];
}

function rangeText({ estimate, interval: { lower, upper } }: ObservedRatio): string {
  const isKnown = lower > estimate / 10 && upper < 10 * estimate;
  const range = isKnown ? ` (${formatChange(lower)} to ${formatChange(upper)})` : '';
  return `${formatChange(estimate)}${range}`;
}

function powerFacts({ detectable = {} }: SequentialEvidence): Fact[] {
  const changes = [detectable.increase, detectable.decrease].filter((ratio) => ratio !== undefined);
  if (changes.length === 0) return [];
  const texts = changes.map((ratio) => formatChange(ratio));
  return [['Would have been found', `${texts.join(' or ')}, in 80 % of such runs`]];
}

function dataFacts(sequential: SequentialEvidence, unit?: string): Fact[] {
  const { held, instances, labelWithoutInstances, minimumChange } = sequential;
  return [
    ...(held === undefined ? [] : [['Repeated values', heldText(held)] as const]),
    ...(instances ?? []).map(({ side, instance, ratio }): Fact => {
      return ['Stands out', `${side} ${instance} is ${formatNumber(ratio)} times its siblings`];
    }),
    ...(labelWithoutInstances === undefined
      ? []
      : [['Without what stands out', `${labelWithoutInstances}; it decides nothing`] as const]),
    ...(minimumChange === undefined
      ? []
      : [
          [
            'Smallest change that counts',
            `${formatNumber(minimumChange.amount, unit)}: ${minimumChange.isExceeded ? '' : 'not '}exceeded`,
          ] as const,
        ]),
  ];
}

function heldText({ canaryHold, baselineHold, steps, observations }: HeldSamples): string {
  const holds = `a value stands ${canaryHold} steps (baseline ${baselineHold})`;
  return `${holds}; ${formatCount(observations)} of ${formatCount(steps)} pairs are new`;
}

function marginText({ confirmed, confirmedAt, samplesToConfirm }: SequentialEvidence): string {
  if (confirmedAt !== null && !Number.isNaN(confirmedAt)) {
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

/** An e-value beyond all doubles is as large as any. */
function eText(logE: number): string {
  return formatNumber(Math.exp(logE));
}
