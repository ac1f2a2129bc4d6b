import type { Judgement, MetricJudgement } from '../../model/judgement/judgement.ts';
import type { SequentialEvidence, SequentialSummary } from '../../model/judgement/sequential.ts';

/** A metric's result that always carries its anytime-valid numbers. */
export interface SequentialMetricJudgement extends MetricJudgement {
  sequential: SequentialEvidence;
}

export interface SequentialJudgement extends Judgement {
  metrics: SequentialMetricJudgement[];
  sequential: SequentialSummary;
}
