import type { MetricConfig, RunAggregate, ThresholdPolicy } from '../../model/config.ts';
import type {
  ComparedValue,
  CriteriaEvidence,
  CriterionEvidence,
} from '../../model/judgement/judgement.ts';
import type { Pair } from '../../model/series.ts';
import type { Expression } from '../../stats/expression.ts';
import { quantileOfRank } from '../../stats/quantile-of-rank.ts';
import type { JudgeInput } from '../judge.ts';
import { checkCriterion, isComparing, parseCriterion, type Criterion } from './criterion.ts';
import { evaluate, meanOf, readFormula } from './formula.ts';
import { runsOf, samplesOfRun, samplesOfSide } from './samples.ts';

/** A metric's policy with everything in it read. */
export interface Criteria {
  policy: ThresholdPolicy;
  value: Expression;
  pass: Criterion[][];
  warning: Criterion[][];
}

/** Faults: `invalid-config`, `invalid-formula`. */
export function readCriteria(
  { threshold: policy }: MetricConfig,
  names: readonly string[],
): Criteria | undefined {
  if (policy === undefined) return undefined;
  const readAll = (alternatives: readonly string[][]): Criterion[][] =>
    alternatives.map((criteria) => criteria.map((text) => parseCriterion(text, names)));
  return {
    policy,
    value: readFormula(policy.value, names),
    pass: readAll(policy.pass),
    warning: readAll(policy.warning),
  };
}

/** Holds one pair against its metric's criteria. */
export function checkCriteria(criteria: Criteria, input: JudgeInput, pair: Pair): CriteriaEvidence {
  const { policy } = criteria;
  const canary = samplesOfSide(input, pair, 'canary');
  const value = evaluate(criteria.value, canary);
  const compared = isAnyComparing(criteria) ? compareWith(criteria, input, pair) : undefined;
  const context = {
    compared: compared?.value ?? Number.NaN,
    valueOf: (root: Expression) => evaluate(root, canary),
  };
  const check = (alternatives: readonly Criterion[][]): CriterionEvidence[][] =>
    alternatives.map((all) => all.map((criterion) => checkCriterion(criterion, value, context)));
  const [pass, warning] = [check(criteria.pass), check(criteria.warning)];
  return {
    state: stateOf(value, pass, warning),
    formula: policy.value,
    ...(Number.isNaN(value) ? {} : { value }),
    ...(compared === undefined ? {} : { comparedWith: compared }),
    pass,
    warning,
    isKey: policy.isKey,
  };
}

/** A limit that does not exist decides nothing, unless another alternative is met without it. */
function stateOf(
  value: number,
  pass: readonly CriterionEvidence[][],
  warning: readonly CriterionEvidence[][],
): CriteriaEvidence['state'] {
  if (Number.isNaN(value) || pass.length === 0) return 'none';
  const isMet = (all: readonly CriterionEvidence[]) => all.every((criterion) => criterion.isMet);
  if (pass.some(isMet)) return 'pass';
  if ([...pass, ...warning].flat().some(({ limit }) => limit === undefined)) return 'none';
  return warning.some(isMet) ? 'warning' : 'fail';
}

function isAnyComparing({ pass, warning }: Criteria): boolean {
  return [...pass, ...warning].flat().some(isComparing);
}

/** Earlier passed runs where wanted and known, else the baseline; undefined when that has no value either. */
function compareWith(
  { policy, value: root }: Criteria,
  input: JudgeInput,
  pair: Pair,
): ComparedValue | undefined {
  const values =
    policy.compareWith === 'history' ? valuesOfRuns(root, policy.runs, input, pair) : [];
  const { aggregate } = policy;
  if (values.length > 0) {
    return { source: 'history', value: join(values, aggregate), runs: values.length, aggregate };
  }
  const value = evaluate(root, samplesOfSide(input, pair, 'baseline'));
  return Number.isNaN(value) ? undefined : { source: 'baseline', value, runs: 0 };
}

function valuesOfRuns(root: Expression, runs: number, input: JudgeInput, pair: Pair): number[] {
  const count = Math.min(runs, runsOf(input, pair.metric).length);
  return Array.from({ length: count }, (_, age) =>
    evaluate(root, samplesOfRun(input, pair, age)),
  ).filter(Number.isFinite);
}

/** Of runs, by Keptn's rule; percentiles of samples (`p95(self)`) are those of R. */
const SHARES = { p50: 0.5, p90: 0.9, p95: 0.95 } as const;

function join(values: readonly number[], aggregate: RunAggregate): number {
  const sorted = Float64Array.from(values).sort();
  return aggregate === 'avg' ? meanOf(sorted) : quantileOfRank(sorted, SHARES[aggregate]);
}
