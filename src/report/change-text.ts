import type { Evidence, MetricJudgement } from '../model/judgement.ts';
import { shownChange, type ShownChange } from '../model/shown-change.ts';
import { formatChange, formatSigned } from './format.ts';

/** Limits of the allowed ratios; none when the policy is about another measure than the mean. */
export function limitsOf(effect: Evidence['effect']): number[] {
  const { measure, direction, allowedDecrease, allowedIncrease } = effect;
  if (measure !== 'meanRatio') return [];
  if (direction === 'increase') return [allowedIncrease];
  return direction === 'decrease' ? [allowedDecrease] : [allowedDecrease, allowedIncrease];
}

/** `+29 %`, never rounded to the other side of what is allowed; in the metric's unit where there is no ratio. */
export function estimateText(metric: MetricJudgement): string | undefined {
  const { evidence, unit } = metric;
  if (evidence === undefined) return undefined;
  const shown = shownChange(metric);
  return shown === undefined
    ? formatSigned(evidence.estimate, unit)
    : formatChange(shown.estimate, limitsOf(evidence.effect));
}

/** The ends of the interval: `+19 % to +40 %`, or what there is of it in words. */
export function boundsText(metric: MetricJudgement, joint = ' to '): string {
  const { evidence, unit } = metric;
  if (evidence === undefined) return '';
  const shown = shownChange(metric);
  if (shown !== undefined) return rangeText(shown, limitsOf(evidence.effect), joint);
  const { lower, upper } = evidence.interval;
  const isKnown = Number.isFinite(lower) && Number.isFinite(upper);
  return isKnown
    ? `${formatSigned(lower, unit)}${joint}${formatSigned(upper, unit)}`
    : 'no bounds yet';
}

function rangeText(
  { lower, upper, isMixed }: ShownChange,
  limits: readonly number[],
  joint: string,
): string {
  const least = lower === undefined ? undefined : formatChange(lower, limits);
  const most = upper === undefined ? undefined : formatChange(upper, limits);
  if (isMixed) {
    const times = [
      ...(least === undefined ? [] : [`at least ${least} at one time`]),
      ...(most === undefined ? [] : [`at most ${most} at another`]),
    ];
    return `changed during the run: ${times.join(', ')}`;
  }
  if (least !== undefined && most !== undefined) return least + joint + most;
  if (least !== undefined) return `at least ${least}, no upper bound yet`;
  return most === undefined ? 'no bounds yet' : `at most ${most}, no lower bound yet`;
}
