import type { AnyJudge } from '../../judges/judge.ts';
import { isFormula } from '../../model/config.ts';
import type { Series } from '../../model/series.ts';
import { tagKey } from '../tags.ts';
import type { AnsweredMetric } from '../run/evaluate-metric.ts';
import type { LookParts } from './judge-look.ts';

/** Of all metrics and both sides together: judged in a few milliseconds, whatever they are. */
export const SMALL_VALUES = 2000;
export const SMALL_METRICS = 20;

/**
 * Whether a look is judged sooner than it would be sent to a thread and back, and can be nothing worse: few
 * values, none of which are still to be made (by formulas, of instances, for sides that are silent), under a
 * judge that is quick with every one of them and has nothing to learn.
 */
export function isSmallLook(
  { isQuick = false }: AnyJudge,
  { metrics, metricsBefore, healthy }: LookParts,
): boolean {
  if (!isQuick || metricsBefore.length + healthy.length > 0) return false;
  if (metrics.length > SMALL_METRICS || !metrics.every(isPlain)) return false;
  const values = metrics.flatMap((metric) =>
    seriesOf(metric).map((series) => series.values.length),
  );
  return values.reduce((sum, count) => sum + count, 0) <= SMALL_VALUES;
}

function isPlain(answered: AnsweredMetric): boolean {
  const { metric, exposure } = answered;
  if (isFormula(metric.query) || metric.instances !== undefined || exposure !== undefined)
    return false;
  const [baseline, canary] = [answered.values.baseline[''] ?? [], answered.values.canary[''] ?? []];
  const isOneEach = baseline.length === 1 && canary.length === 1;
  return isOneEach && tagKey(baseline[0]!.tags) === tagKey(canary[0]!.tags);
}

function seriesOf({ values }: AnsweredMetric): Series[] {
  return [...(values.baseline[''] ?? []), ...(values.canary[''] ?? [])];
}
