import { nameText } from '../explain/explain-metric.ts';
import { numberText, percentText, ratioText } from '../explain/number-text.ts';
import type { Interval, SequentialEvidence } from '../../model/sequential.ts';
import type { Standing } from './look.ts';

/** One metric in one sentence: what changed, by how much, since when, against what, how sure. */
export function explainStanding(standing: Standing, evidence: SequentialEvidence): string {
  const { pair, metric } = standing.followed;
  const note = standing.muted ? ' (shown only, without influence on the score)' : '';
  const name = nameText({ metric: metric.name, tags: pair.tags });
  return `${name} ${outcomeText(standing, evidence)}${note}`;
}

function outcomeText(standing: Standing, evidence: SequentialEvidence): string {
  const { classification, state } = standing;
  if (classification === 'Nodata' || classification === 'NodataFailMetric') {
    const must = classification === 'NodataFailMetric' ? ', and it must have data' : '';
    return `has ${state.pairs} pairs of values, too few to judge${must}`;
  }
  const change = changeText(evidence);
  if (classification === 'Pass') return `${change}; ${confirmationText(standing, evidence)}`;
  const late = lateText(standing, evidence);
  const sure = `adjusted p ${numberText(evidence.adjustedP)}, valid at every look`;
  return `${change}${late === '' ? '' : `, ${late}`}; ${limitText(standing)} (${sure})`;
}

/** Only what all samples so far say is told as a fact. */
function confirmationText(standing: Standing, evidence: SequentialEvidence): string {
  const { confirmed, confirmedAt } = evidence;
  if (confirmedAt === null) {
    return `neither a regression nor its absence is shown yet${detectableText(evidence)}`;
  }
  const ruledOut = `a change as large as the margin was ruled out after ${confirmedAt} samples`;
  if (confirmed) return ruledOut;
  const late = lateText(standing, evidence);
  return `${ruledOut}, but all samples together now speak for one${late === '' ? '' : `; ${late}`}`;
}

/** The part of the run that says most, where that is not the whole. */
function lateText(standing: Standing, { since, late, level }: SequentialEvidence): string {
  if (since === null) return '';
  const when = sinceText(since, standing);
  return late === undefined
    ? when
    : `${ratioText(late.estimate)} times ${intervalText(late.interval, level)} ${when}`;
}

/** The time of day of a late change; only its sample where the series carry no real times. */
function sinceText(sample: number, { followed }: Standing): string {
  const { startAt, stepMs } = followed.pair.baseline;
  if (startAt <= 0) return `since sample ${sample + 1}`;
  return `since ${new Date(startAt + sample * stepMs).toISOString().slice(11, 16)} UTC`;
}

function changeText({ estimate, interval, level }: SequentialEvidence): string {
  if (estimate === undefined) return 'has no ratio, as the baseline is 0 on average';
  if (interval === undefined) return `is ${ratioText(estimate)} times the baseline`;
  return `is ${ratioText(estimate)} times the baseline ${intervalText(interval, level)}`;
}

function intervalText({ lower, upper }: Interval, level: number): string {
  return `(${percentText(level)} interval ${ratioText(lower)} to ${ratioText(upper)})`;
}

function limitText({ classification, followed }: Standing): string {
  const { measure, allowedIncrease, allowedDecrease } = followed.metric.effect;
  const isHigh = classification === 'High';
  const move = isHigh ? 'increase' : 'decrease';
  const limit = isHigh ? allowedIncrease : allowedDecrease;
  return measure === 'cles' || limit === 1
    ? `no ${move} is allowed`
    : `allowed ${ratioText(limit)}`;
}

function detectableText({ detectableChange }: SequentialEvidence): string {
  if (detectableChange === undefined) return '';
  return `; a change of ${percentText(detectableChange)} would have been found`;
}
