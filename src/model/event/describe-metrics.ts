import type { Judgement, SampleSummary } from '../judgement/judgement.ts';
import { shownChange } from '../judgement/shown-change.ts';
import { worstFirst, type RankedMetric } from '../judgement/severity.ts';
import { boundText } from './bound-text.ts';
import type { EventData, EventMetric, MeasuredMetric } from './event-data.ts';

/** As an event tells them; all limits are bytes of the JSON text. */
const MAX_FAILING = 8;
const MAX_DECIDING = 3;
const MAX_NAME_BYTES = 200;
const MAX_UNIT_BYTES = 50;
const MAX_SENTENCE_BYTES = 400;

type Metrics = Pick<
  EventData,
  'failingMetrics' | 'failingMetricCount' | 'decidingMetrics' | 'since'
>;

/** What a judgement says of its metrics; nothing without one. */
export function describeMetrics(judgement: Judgement | undefined): Metrics {
  const ranked = judgement === undefined ? [] : worstFirst(judgement);
  const failing = ranked.filter(isFailing);
  const starts = failing.flatMap(({ metric }) => metric.evidence?.sinceAt ?? []);
  return {
    failingMetrics: failing.slice(0, MAX_FAILING).map(describeMetric),
    failingMetricCount: failing.length,
    decidingMetrics: ranked
      .filter(({ metric }) => !metric.muted)
      .slice(0, MAX_DECIDING)
      .map(measured),
    since: starts.toSorted()[0] ?? null,
  };
}

function isFailing({ severity }: RankedMetric): boolean {
  return severity === 'critical' || severity === 'error' || severity === 'fail';
}

function describeMetric(ranked: RankedMetric): EventMetric {
  const { evidence, critical, sentence } = ranked.metric;
  const shown = shownChange(ranked.metric);
  return {
    ...measured(ranked),
    critical,
    sentence: boundText(sentence, MAX_SENTENCE_BYTES),
    interval:
      evidence === undefined
        ? null
        : {
            level: evidence.level,
            lower: finiteOrNull(shown?.lower),
            upper: finiteOrNull(shown?.upper),
          },
  };
}

function measured({ metric }: RankedMetric): MeasuredMetric {
  return {
    name: boundText(metric.metric, MAX_NAME_BYTES),
    classification: metric.classification,
    unit: metric.unit === undefined ? null : boundText(metric.unit, MAX_UNIT_BYTES),
    baseline: meanOf(metric.baseline),
    canary: meanOf(metric.canary),
    ratio: finiteOrNull(shownChange(metric)?.estimate ?? metric.ratio),
    since: metric.evidence?.sinceAt ?? null,
  };
}

function meanOf({ count, mean }: SampleSummary): number | null {
  return count === 0 ? null : finiteOrNull(mean);
}

/** JSON knows no NaN and no infinity. */
function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
