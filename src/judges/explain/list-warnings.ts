import type { GroupScore, Judgement, MetricJudgement } from '../../model/judgement.ts';
import { SIDES } from '../../model/scope.ts';
import { hasNoData, isBlankSide, isUnmeasured, wasCompared } from '../../model/evidence-of-data.ts';
import { missingText, nameText } from './explain-metric.ts';
import { countText, numberText, quantityText } from './number-text.ts';

/** Below this a sample decides little, whatever its label. */
const FEW_VALUES = 10;

/** What a reader should know although it did not decide: holes in the data, odd weights, blind spots. */
export function listWarnings(
  outcome: Pick<Judgement, 'metrics' | 'groups'>,
  groupWeights: Record<string, number>,
): string[] {
  return [
    ...outcome.metrics.flatMap(warnAboutMetric),
    ...warnAboutWeights(outcome.groups, groupWeights),
  ];
}

function warnAboutMetric(metric: MetricJudgement): string[] {
  const subject = `metric "${nameText(metric)}"`;
  if (metric.classification === 'Error') {
    return [`${subject} could not be compared and does not count`];
  }
  if (hasNoData(metric)) return [`${subject} ${missingText(metric)}`];
  if (isUnmeasured(metric)) return [`${subject} holds infinite values and passed unmeasured`];
  return [
    ...warnAboutZerosForGaps(subject, metric),
    ...warnAboutRiseFromZero(subject, metric),
    ...warnAboutFewValues(subject, metric),
  ];
}

function warnAboutZerosForGaps(subject: string, metric: MetricJudgement): string[] {
  const blank = SIDES.filter((side) => isBlankSide(metric[side]));
  if (blank.length === 0) return [];
  const passed = wasCompared(metric) ? '' : ', so it passed without a comparison';
  return [`${subject} received no ${blank.join(' or ')} value; missing ones count as 0${passed}`];
}

function warnAboutRiseFromZero(subject: string, metric: MetricJudgement): string[] {
  const { baseline, canary, classification, unit } = metric;
  const isFromZero = baseline.min === 0 && baseline.max === 0 && canary.mean > 0;
  if (classification !== 'Pass' || !isFromZero || metric.evidence === undefined) return [];
  const rise = `0 -> ${quantityText(canary.mean, unit)} on average`;
  return [`${subject} passed although it rose from a baseline of zeros: ${rise}`];
}

function warnAboutFewValues(subject: string, { baseline, canary }: MetricJudgement): string[] {
  const smaller = Math.min(baseline.count, canary.count);
  if (smaller === 0 || smaller >= FEW_VALUES) return [];
  const counts = `${countText(canary.count, 'canary value')} and ${countText(baseline.count, 'baseline value')}`;
  return [`${subject} was judged on ${counts}; fewer than ${FEW_VALUES} a side decide little`];
}

function warnAboutWeights(
  groups: readonly GroupScore[],
  groupWeights: Record<string, number>,
): string[] {
  const names = groups.map((group) => group.name);
  const unused = Object.keys(groupWeights).filter((name) => !names.includes(name));
  const sum = groups.reduce((total, group) => total + group.weight, 0);
  const isIdle = sum === 0 && !groups.some(({ hasData }) => hasData);
  const isWhole = isIdle || Math.abs(sum - 100) < 1e-6;
  return [
    ...unused.map((name) => `group "${name}" has a weight but no metric; its share is lost`),
    ...(isWhole ? [] : [`group weights sum to ${numberText(sum)}, not 100`]),
  ];
}
