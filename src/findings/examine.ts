import type { MetricConfig } from '../model/config.ts';
import type { DataPolicy, Finding } from '../model/finding.ts';
import type { Judgement } from '../model/judgement.ts';
import { findSameQuery } from './answers/same-query.ts';
import { findPartialAnswer, findSourceWarning } from './answers/source-remarks.ts';
import {
  exhibitsOf,
  type Examination,
  type Exhibit,
  type Observation,
  type Rule,
} from './exhibit.ts';
import { findNotCompared } from './judged/not-compared.ts';
import { findRiseFromZero } from './judged/rise-from-zero.ts';
import { findCoarseStep } from './values/coarse-step.ts';
import { findConstantSide } from './values/constant-side.ts';
import { findCountedAsZero } from './values/counted-as-zero.ts';
import { findCounterReset } from './values/counter-reset.ts';
import { findIdenticalSides } from './values/identical-sides.ts';
import { findInfiniteValues } from './values/infinite-values.ts';
import { findLabelsDiffer } from './values/labels-differ.ts';
import { findMadeUpValues } from './values/made-up-values.ts';
import { findNoData } from './values/no-data.ts';
import { findNoSeries } from './values/no-series.ts';
import { findNoTraffic } from './values/no-traffic.ts';
import { findPartialLoss } from './values/partial-loss.ts';
import { findSampleRatio } from './values/sample-ratio.ts';
import { findSilentSide } from './values/silent-side.ts';
import { findStaleRepeats } from './values/stale-repeats.ts';
import { findUnpairedSeries } from './values/unpaired-series.ts';

/** Everything that is looked for before the judge, the worst first. */
const RULES: readonly Rule[] = [
  findSilentSide,
  findNoSeries,
  findNoData,
  findPartialLoss,
  findLabelsDiffer,
  findUnpairedSeries,
  findInfiniteValues,
  findNoTraffic,
  findMadeUpValues,
  findCounterReset,
  findSampleRatio,
  findSameQuery,
  findPartialAnswer,
  findIdenticalSides,
  findConstantSide,
  findStaleRepeats,
  findCoarseStep,
  findCountedAsZero,
  findSourceWarning,
];

/** What the data of a run say of themselves. Pure: the same data give the same findings. */
export function examine(examination: Examination): Finding[] {
  const { dataPolicy } = examination.config;
  const exhibits = exhibitsOf(examination);
  return RULES.flatMap((rule) =>
    exhibits.flatMap((exhibit) =>
      rule(exhibit).flatMap((seen) => decide(seen, exhibit, dataPolicy)),
    ),
  );
}

/** What can only be said once there are labels: that a metric has none, or passed on nothing. */
export function examineJudgement(
  { metrics }: Pick<Judgement, 'metrics'>,
  examination: Examination,
  found: readonly Finding[],
): Finding[] {
  const exhibits = new Map(exhibitsOf(examination).map((one) => [one.metric.name, one]));
  return metrics.flatMap((metric) => {
    const exhibit = exhibits.get(metric.metric);
    if (exhibit === undefined) return [];
    const known = whyNoData(exhibit.metric);
    const isKnown = found.some((one) => one.metric === metric.metric && known.includes(one.code));
    const seen = [
      ...(isKnown ? [] : findNotCompared(metric, exhibit)),
      ...findRiseFromZero(metric, exhibit),
    ];
    return seen.flatMap((one) => decide(one, exhibit, examination.config.dataPolicy));
  });
}

/** Findings that say already why nothing was compared; a side that counts as 0 should have been. */
function whyNoData({ missingValues }: MetricConfig): Finding['code'][] {
  return ['no-data', 'labels-differ', ...(missingValues === 'zero' ? [] : ['no-series' as const])];
}

/** What the config makes of what was seen. One without a policy, such as Kayenta's, is told and no more. */
function decide(
  { isSlight = false, isGrave = false, tags = {}, ...seen }: Observation,
  { metric, reads }: Exhibit,
  policy: DataPolicy | undefined,
): Finding[] {
  const wanted = policy?.[seen.code] ?? 'warn';
  if (wanted === 'ignore') return [];
  const isOutside = isSlight || metric.muted || reads === 'nothing';
  const graver = isGrave && wanted === 'hold' && failsOnIt(metric) ? 'fail' : wanted;
  return [
    {
      ...seen,
      metric: metric.name,
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
      action: isOutside ? 'warn' : graver,
    },
  ];
}

function failsOnIt({ critical, threshold }: MetricConfig): boolean {
  return critical || threshold?.isKey === true;
}
