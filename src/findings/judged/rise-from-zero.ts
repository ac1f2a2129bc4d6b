import type { MetricJudgement } from '../../model/judgement.ts';
import type { ExaminedPair, Exhibit, Observation } from '../exhibit.ts';
import { countPresent, sumOf } from '../values.ts';
import { countText, subjectOf } from '../words.ts';

/** Below this chance of sides that are alike, events on the canary alone are no accident. */
const LEVEL = 0.05;

/** The baseline has none at all, the canary some, and the judge let it pass: restarts, kills, errors. */
export function findRiseFromZero(metric: MetricJudgement, exhibit: Exhibit): Observation[] {
  const pair = exhibit.pairs.find((one) => one.pair.id === metric.pairId);
  const isHarmful = exhibit.metric.direction !== 'decrease';
  const hasPassed = metric.classification === 'Pass' || metric.classification === 'Undecided';
  if (pair === undefined || !hasPassed || !isHarmful || exhibit.reads !== 'both') return [];
  const isZero =
    countPresent(pair.baseline) > 0 &&
    pair.baseline.every((value) => value === 0 || Number.isNaN(value));
  const steps = pair.canary.filter((value) => value > 0).length;
  if (!isZero || steps === 0) return [];
  return [
    {
      code: 'rise-from-zero',
      tags: metric.tags,
      isSlight: shareOf(pair) ** steps > LEVEL,
      numbers: { steps, values: countPresent(pair.canary) },
      sentence: `${subjectOf(metric.metric, metric.tags)}: the baseline is always 0, the canary is above 0 in ${countText(steps, 'step')} of ${countPresent(pair.canary)}`,
      remedy: 'look at what happened there: a ratio to a baseline of zeros cannot be judged',
    },
  ];
}

/** The canary's share of the traffic, where it is counted: the chance that a single event falls on it. */
function shareOf({ exposure }: ExaminedPair): number {
  if (exposure === undefined) return 0.5;
  const [canary, baseline] = [sumOf(exposure.canary), sumOf(exposure.baseline)];
  return canary + baseline > 0 ? canary / (canary + baseline) : 0.5;
}
