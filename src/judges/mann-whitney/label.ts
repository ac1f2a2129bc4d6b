import type { MetricConfig } from '../../model/config.ts';
import type { MetricJudgement } from '../../model/judgement/judgement.ts';

export type Label = Pick<MetricJudgement, 'classification' | 'classificationReason' | 'critical'>;
export type Move = 'increase' | 'decrease';

export const ALLOWED = { increase: 'allowedIncrease', decrease: 'allowedDecrease' } as const;
export const CRITICAL = { increase: 'criticalIncrease', decrease: 'criticalDecrease' } as const;

export function harmfulMoves({ direction }: Pick<MetricConfig, 'direction'>): readonly Move[] {
  return direction === 'either' ? ['increase', 'decrease'] : [direction];
}

/** The label of a harmful move; a critical metric beyond its critical limit decides the score alone. */
export function labelMove(move: Move, metric: MetricConfig, isCritical: boolean): Label {
  const classification = move === 'increase' ? 'High' : 'Low';
  const critical = metric.critical && isCritical;
  const classificationReason = critical
    ? `The metric ${metric.name} was classified as ${classification} (Critical)`
    : `${metric.name} was classified as ${classification}`;
  return { classification, classificationReason, critical };
}
