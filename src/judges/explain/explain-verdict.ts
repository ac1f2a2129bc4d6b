import type { Judgement, MetricJudgement } from '../../model/judgement/judgement.ts';
import { hasNoData, wasCompared } from '../../model/judgement/evidence-of-data.ts';
import { nameText } from './explain-metric.ts';
import { countText, numberText } from './number-text.ts';

type Outcome = Pick<Judgement, 'verdict' | 'score' | 'scoreReason' | 'thresholds' | 'metrics'>;

/**
 * The whole verdict in one sentence for a tired person, for example `fail: score 62 of 100, pass needs
 * 95; 2 of 3 metrics got worse, most of all: latency p99 is 2.1 times the baseline (...)`.
 */
export function explainVerdict(outcome: Outcome): string {
  const counting = outcome.metrics.filter((metric) => !metric.muted);
  const decisive = counting.find((metric) => metric.critical && metric.classification !== 'Pass');
  if (outcome.verdict === 'nodata') return `not enough data: ${whyNoData(counting, decisive)}`;
  if (outcome.verdict === 'undecided') return `undecided: ${undecidedText(counting)}`;
  // a critical metric without data comes first in the score's reason, a broken one in ours
  const broken = counting.find(
    (metric) => metric.critical && isWorse(metric) && !hasNoData(metric),
  );
  if (broken !== undefined) return `${outcome.verdict}: critical metric ${broken.sentence}`;
  return `${outcome.verdict}: ${scoreText(outcome)}; ${worseText(counting)}`;
}

/** What may have got worse, by the one most likely to; else the metric that would have shown the least. */
function undecidedText(metrics: readonly MetricJudgement[]): string {
  const open = metrics.filter(({ classification }) => classification === 'Undecided');
  const doubt = ({ sequential }: MetricJudgement) => sequential?.p ?? 1;
  const suspected = open.filter(({ sequential }) => sequential?.suspected === true);
  const likeliest = suspected.toSorted((a, b) => doubt(a) - doubt(b))[0];
  if (likeliest !== undefined) {
    const many = suspected.length > 1 ? ', most of all' : '';
    const some = `${suspected.length} of ${countText(metrics.length, 'metric')}`;
    return `no regression is certain, but ${some} may have one${many}: ${likeliest.sentence}`;
  }
  const blindness = ({ sequential }: MetricJudgement) => sequential?.detectableChange ?? Infinity;
  const blindest = open.toSorted((a, b) => blindness(b) - blindness(a))[0];
  const count = `${open.length} of ${countText(metrics.length, 'metric')}`;
  const most = open.length > 1 ? ', least of all' : '';
  return `no regression was found, but ${count} would not have shown one${most}: ${blindest?.sentence ?? ''}`;
}

function whyNoData(
  metrics: readonly MetricJudgement[],
  decisive: MetricJudgement | undefined,
): string {
  if (metrics.length === 0) return 'no metric counts, as each is muted or none was given';
  if (decisive !== undefined) return `critical metric ${decisive.sentence}`;
  const empty = metrics.filter(hasNoData);
  if (empty.length * 2 >= metrics.length) {
    const names = empty.map((metric) => nameText(metric)).join(', ');
    const isNone = empty.every(({ baseline, canary }) => !(baseline.count > 0 && canary.count > 0));
    return `${isNone ? 'none' : 'too little'} for ${empty.length} of ${countText(metrics.length, 'metric')} (${names})`;
  }
  if (metrics.some(wasCompared)) {
    const names = empty.map((metric) => nameText(metric)).join(', ');
    return `none for ${names}, which must not be passed over`;
  }
  return `no metric could be compared, for example ${metrics[0]!.sentence}`;
}

function scoreText({ score, thresholds, verdict }: Outcome): string {
  const needs = `pass needs ${numberText(thresholds.pass)}`;
  const marginal = verdict === 'marginal' ? `, marginal ${numberText(thresholds.marginal)}` : '';
  return `score ${score} of 100, ${needs}${marginal}`;
}

function worseText(metrics: readonly MetricJudgement[]): string {
  // of equal ones the first by name, as in every table
  const worst = metrics
    .filter(isWorse)
    .sort((a, b) => severity(b) - severity(a) || (a.metric < b.metric ? -1 : 1));
  const total = countText(metrics.length, 'metric');
  const unjudged = unjudgedText(metrics);
  if (worst[0] === undefined) {
    const judged = metrics.length - metrics.filter(isUnjudged).length;
    const count = unjudged === '' ? total : `${judged} of ${total}`;
    return `${count} judged, none was found worse${unjudged}`;
  }
  const most = worst.length > 1 ? ', most of all' : '';
  const isEither = worst.every(({ evidence }) => evidence?.effect.direction === 'either');
  const way = worst[0].classification === 'High' ? 'higher' : 'lower';
  const differs = worst.length > 1 ? 'differ' : `differs (${way})`;
  const what = isEither ? differs : 'got worse';
  return `${worst.length} of ${total} ${what}${most}: ${worst[0].sentence}${unjudged}`;
}

/** Which metrics nothing can be said of: they are never among the judged. */
function unjudgedText(metrics: readonly MetricJudgement[]): string {
  const names = metrics.filter(isUnjudged).map((metric) => nameText(metric));
  if (names.length === 0) return '';
  const cut = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return `; ${cut.join(', ')} ${names.length === 1 ? 'has' : 'have'} no data`;
}

/** One that must have data has been judged, too: it failed. */
function isUnjudged(metric: MetricJudgement): boolean {
  return metric.classification !== 'NodataFailMetric' && !wasCompared(metric);
}

function isWorse(metric: MetricJudgement): boolean {
  return ['High', 'Low', 'NodataFailMetric'].includes(metric.classification);
}

/** How far the means are apart, as a factor in either direction; a mean of 0 is as far as can be. */
function severity(metric: MetricJudgement): number {
  if (hasNoData(metric)) return 0;
  const distance = Math.abs(Math.log(metric.ratio ?? 1));
  return Number.isNaN(distance) ? Number.MAX_VALUE : distance;
}
