import type { MetricJudgement } from '../model/judgement/judgement.ts';

/** What comparing the two sides of one metric gives. */
export type Comparison = Pick<
  MetricJudgement,
  | 'classification'
  | 'classificationReason'
  | 'critical'
  | 'ratio'
  | 'evidence'
  | 'independentValues'
>;

/** Level of the intervals that Kayenta's rank test gives. */
export const RANK_LEVEL = 0.98;

/** All values of a side are one; `sorted` is not empty. */
export function isConstant(sorted: Float64Array): boolean {
  return sorted[0] === sorted[sorted.length - 1];
}

export function areEqual(left: Float64Array, right: Float64Array): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

export function areOneValue(left: Float64Array, right: Float64Array): boolean {
  return left[0] === right[0] && isConstant(left) && isConstant(right);
}
