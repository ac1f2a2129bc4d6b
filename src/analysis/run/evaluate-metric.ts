import { Fault } from '../../errors.ts';
import { isFormula } from '../../model/config.ts';
import { SIDES, type Side } from '../../model/scope.ts';
import type { Series } from '../../model/series.ts';
import { evaluateFormula, parseFormula } from './formula.ts';
import type { FetchedMetric } from './pair.ts';

/** Both sides of one metric as its queries were answered. */
export interface AnsweredMetric extends Omit<FetchedMetric, Side> {
  /** By name of the query; a plain one has the empty name. */
  values: Record<Side, Record<string, Series[]>>;
}

/** The series of a metric: what its query answered, or its formula over what its queries did. */
export function evaluateMetric({ values, ...answered }: AnsweredMetric): FetchedMetric {
  const [baseline, canary] = SIDES.map((side) => seriesOf(answered.metric, values[side], side));
  return { ...answered, baseline: baseline!, canary: canary! };
}

function seriesOf(
  { name, query }: FetchedMetric['metric'],
  named: Record<string, Series[]>,
  side: Side,
): Series[] {
  if (!isFormula(query)) return named[''] ?? [];
  try {
    return evaluateFormula(parseFormula(query.formula, Object.keys(named)), named);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const subject = `metric "${name}"`;
    throw new Fault(error.code, `${subject}, ${side}: ${error.message}`, { subject, cause: error });
  }
}
