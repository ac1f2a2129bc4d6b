import type { MetricConfig } from '../model/config.ts';
import type { MetricJudgement } from '../model/judgement/judgement.ts';
import type { Pair } from '../model/series.ts';

/** Which metric and which of its pairs a judgement is about, and where it counts. */
export function identify(
  { name, groups, unit, weight }: MetricConfig,
  { id, tags }: Pair,
): Pick<MetricJudgement, 'metric' | 'pairId' | 'tags' | 'groups' | 'unit' | 'weight'> {
  return {
    metric: name,
    pairId: id,
    tags,
    groups,
    ...(unit === undefined ? {} : { unit }),
    ...(weight === 1 ? {} : { weight }),
  };
}
