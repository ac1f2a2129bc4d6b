import type {
  ComparedValue,
  CriteriaEvidence,
  CriterionEvidence,
  Judgement,
  MetricJudgement,
} from '../../model/judgement.ts';
import { hasNoData } from '../../model/evidence-of-data.ts';
import { missingText, nameText } from '../explain/explain-metric.ts';
import { countText, numberText, quantityText } from '../explain/number-text.ts';
import type { LimitedMetric } from './score.ts';

/** One metric in one sentence, for example `latency is 640 ms: misses <=600, but meets the warning <=700`. */
export function explainLimits(metric: LimitedMetric): string {
  return `${nameText(metric)} ${outcomeText(metric)}`;
}

function outcomeText(metric: LimitedMetric): string {
  const { criteria, unit, canary } = metric;
  if (criteria === undefined || criteria.pass.length === 0) {
    const value = criteria?.value ?? (canary.count > 0 ? canary.mean : Number.NaN);
    const told = Number.isNaN(value) ? 'has no value' : `is ${quantityText(value, unit)}`;
    return `${told}: shown only, without criteria`;
  }
  if (hasNoData(metric)) return `${whyNoData(metric, criteria)}${mustText(metric)}`;
  const value = `is ${quantityText(criteria.value!, unit)}`;
  return `${value}: ${resultText(criteria, unit)}${comparedText(criteria.comparedWith, unit)}`;
}

function mustText({ classification }: LimitedMetric): string {
  return classification === 'NodataFailMetric' ? ', and it must have data' : '';
}

function whyNoData(metric: LimitedMetric, { value, formula }: CriteriaEvidence): string {
  if (value !== undefined) {
    return `is ${quantityText(value, metric.unit)}, but has nothing to compare that with`;
  }
  if (metric.canary.count === 0) return missingText({ ...metric, baseline: metric.canary });
  return `has no value: ${formula} gives no number`;
}

function resultText({ state, pass, warning }: CriteriaEvidence, unit: string | undefined): string {
  if (state === 'pass') return `meets ${firstMet(pass, unit)}`;
  const missed = `misses ${pass.map((all) => missedText(all, unit)).join(' and ')}`;
  return state === 'warning'
    ? `${missed}, but meets the warning criteria ${firstMet(warning, unit)}`
    : missed;
}

function firstMet(alternatives: readonly CriterionEvidence[][], unit: string | undefined): string {
  const met = alternatives.find((all) => all.every(({ isMet }) => isMet)) ?? [];
  return met.map((criterion) => criterionText(criterion, unit)).join(' and ');
}

function missedText(all: readonly CriterionEvidence[], unit: string | undefined): string {
  return criterionText(
    all.find(({ isMet }) => !isMet)!,
    unit,
  );
}

/** A relative limit also as the number it came to. */
function criterionText({ criterion, limit }: CriterionEvidence, unit: string | undefined): string {
  const isPlain = /^\s*[<>=]+\s*\d+(\.\d+)?\s*$/.test(criterion);
  return isPlain || limit === undefined ? criterion : `${criterion} (${quantityText(limit, unit)})`;
}

function comparedText(compared: ComparedValue | undefined, unit: string | undefined): string {
  if (compared === undefined) return '';
  const { source, value, runs, aggregate } = compared;
  const number = quantityText(value, unit);
  if (source === 'baseline') return `; the baseline is ${number}`;
  const what =
    runs === 1 ? 'the last passed run' : `the ${aggregate} of the last ${runs} passed runs`;
  return `; ${what} is ${number}`;
}

type Outcome = Pick<Judgement, 'verdict' | 'score' | 'thresholds' | 'metrics'>;

/** The whole verdict in one sentence; a failed key metric first, else the first that misses its criteria. */
export function explainLimitVerdict({ verdict, score, thresholds, metrics }: Outcome): string {
  const counting = metrics.filter(({ muted }) => !muted);
  const missing = counting.filter(hasNoData);
  if (verdict === 'nodata') {
    if (counting.length === 0) return 'not enough data: no metric has criteria';
    const first = missing.find(({ critical }) => critical) ?? missing[0];
    return `not enough data: ${missing.length} of ${countText(counting.length, 'metric')} cannot be judged, first of all: ${first!.sentence}`;
  }
  const missed = counting.filter(isMissed);
  const key = missed.find(({ critical }) => critical);
  if (key !== undefined) return `${verdict}: key metric ${key.sentence}`;
  const needs = `score ${score} of 100, pass needs ${numberText(thresholds.pass)}`;
  const unjudged = counting.filter(({ classification }) => classification === 'Nodata');
  const total = countText(counting.length, 'metric');
  const judged = unjudged.length === 0 ? total : `${counting.length - unjudged.length} of ${total}`;
  const told =
    missed[0] === undefined
      ? `${judged} judged, none misses its criteria`
      : missedOf(missed, total);
  return `${verdict}: ${needs}; ${told}${unjudgedText(unjudged)}`;
}

function unjudgedText(unjudged: readonly MetricJudgement[]): string {
  if (unjudged.length === 0) return '';
  const names = unjudged.map((metric) => nameText(metric)).join(', ');
  return `; ${names} ${unjudged.length === 1 ? 'has' : 'have'} no data`;
}

function missedOf(missed: readonly MetricJudgement[], total: string): string {
  const first = missed.find(({ criteria }) => criteria?.state === 'fail') ?? missed[0]!;
  const most = missed.length > 1 ? ', first of all' : '';
  return `${missed.length} of ${total} ${missed.length === 1 ? 'misses its' : 'miss their'} criteria${most}: ${first.sentence}`;
}

function isMissed({ classification }: MetricJudgement): boolean {
  return classification !== 'Pass' && classification !== 'Nodata';
}

/** What did not decide, but should be known: metrics without data, and comparisons that were not possible. */
export function warnAboutLimits(
  metrics: readonly MetricJudgement[],
  wantsHistory: (metric: MetricJudgement) => boolean,
): string[] {
  return metrics.flatMap((metric) => {
    if (hasNoData(metric)) return [`metric ${metric.sentence}`];
    const isReplaced = metric.criteria?.comparedWith?.source === 'baseline' && wantsHistory(metric);
    return isReplaced
      ? [
          `metric "${nameText(metric)}" has no earlier passed run and was compared with the baseline`,
        ]
      : [];
  });
}
