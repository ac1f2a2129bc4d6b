import type { MetricConfig } from '../../model/config.ts';
import type { Evidence, MetricJudgement } from '../../model/judgement.ts';

export type Label = Pick<MetricJudgement, 'classification' | 'classificationReason' | 'critical'>;
export type Move = 'increase' | 'decrease';

/**
 * Labels a measured shift: `High` or `Low` when its whole interval lies beyond the tolerance, in a
 * direction that harms; else `Pass`. A critical metric whose whole interval lies beyond the critical
 * limit decides the score alone.
 *
 * Convention: the tolerance is a limit on the ratio, so that a change within it is failed with half of
 * 1 - level at most. Probabilities (`cles`) have no interval here: the shift must be clear and the
 * observed probability reach the limit. Edge cases: without a ratio any clear shift is beyond.
 */
export function labelShift(evidence: Evidence, metric: MetricConfig): Label {
  for (const move of harmfulMoves(metric)) {
    if (isBeyond(evidence, move, metric.effect[ALLOWED[move]])) {
      const critical = isBeyond(evidence, move, metric.effect[CRITICAL[move]]);
      return labelMove(move, metric, critical);
    }
  }
  return { classification: 'Pass', critical: false };
}

export function harmfulMoves({ direction }: Pick<MetricConfig, 'direction'>): readonly Move[] {
  return direction === 'either' ? ['increase', 'decrease'] : [direction];
}

export const ALLOWED = { increase: 'allowedIncrease', decrease: 'allowedDecrease' } as const;
export const CRITICAL = { increase: 'criticalIncrease', decrease: 'criticalDecrease' } as const;

export function labelMove(move: Move, metric: MetricConfig, isCritical: boolean): Label {
  const classification = move === 'increase' ? 'High' : 'Low';
  const critical = metric.critical && isCritical;
  const classificationReason = critical
    ? `The metric ${metric.name} was classified as ${classification} (Critical)`
    : `${metric.name} was classified as ${classification}`;
  return { classification, classificationReason, critical };
}

function isBeyond({ interval, ratio, effect, cles }: Evidence, move: Move, limit: number): boolean {
  const isClear = move === 'increase' ? interval.lower > 0 : interval.upper < 0;
  if (effect.measure === 'cles') {
    return isClear && (move === 'increase' ? cles >= limit : cles <= limit);
  }
  if (Number.isNaN(ratio.lower) || Number.isNaN(ratio.upper)) return isClear;
  return move === 'increase' ? ratio.lower > limit : ratio.upper < limit;
}
