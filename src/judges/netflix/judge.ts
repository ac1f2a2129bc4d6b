import { Fault } from '../../errors.ts';
import type { CanaryConfig, MetricConfig } from '../../model/config.ts';
import type { MetricJudgement } from '../../model/judgement.ts';
import type { Pair } from '../../model/series.ts';
import { applyPolicies } from '../apply-policies.ts';
import { explainMetric } from '../explain-metric.ts';
import { explainVerdict } from '../explain-verdict.ts';
import type { Judge } from '../judge.ts';
import { listWarnings } from '../list-warnings.ts';
import { clean } from './clean.ts';
import { compare } from './compare.ts';
import { scoreMetrics } from './score.ts';
import { decideVerdict } from './verdict.ts';

export const NETFLIX_JUDGE = 'NetflixACAJudge-v1.0';

/**
 * Kayenta's judge, label for label: clean each pair, compare it by the Mann-Whitney test, score the
 * labels. Deterministic, also where the original adds noise.
 *
 * Faults (`invalid-config`): a pair whose metric the config does not know; an outlier factor that is
 * not above 0.
 */
export function createNetflixJudge(): Judge {
  return {
    name: NETFLIX_JUDGE,
    judge({ config, thresholds, pairs }) {
      const metrics = pairs.map((pair) => judgeMetric(findMetric(config, pair), pair));
      const score = scoreMetrics(metrics, config.groupWeights, thresholds);
      const verdict = applyPolicies(metrics, config.metrics, (labelled) =>
        decideVerdict(scoreMetrics(labelled, config.groupWeights, thresholds), labelled),
      );
      const outcome = { judge: NETFLIX_JUDGE, verdict, ...score, thresholds, metrics };
      return {
        ...outcome,
        reason: explainVerdict(outcome),
        warnings: listWarnings(outcome, config.groupWeights),
      };
    },
  };
}

function judgeMetric(metric: MetricConfig, pair: Pair): MetricJudgement {
  const baseline = clean(pair.baseline.values, metric);
  const canary = clean(pair.canary.values, metric);
  const judged = {
    metric: metric.name,
    pairId: pair.id,
    tags: pair.tags,
    groups: metric.groups,
    ...(metric.unit === undefined ? {} : { unit: metric.unit }),
    ...compare(canary, baseline, metric),
    muted: metric.muted,
    baseline: baseline.summary,
    canary: canary.summary,
  };
  return { ...judged, sentence: explainMetric(judged, metric) };
}

/** The first of that name, where a config has several. */
function findMetric(config: CanaryConfig, pair: Pair): MetricConfig {
  const metric = config.metrics.find((candidate) => candidate.name === pair.metric);
  const subject = `metric "${pair.metric}"`;
  if (metric === undefined) {
    const message = `judge "${NETFLIX_JUDGE}" got data for ${subject}, which config "${config.name}" does not have; add it or leave the data out`;
    throw new Fault('invalid-config', message, { subject });
  }
  const { strategy, factor } = metric.outliers;
  if (strategy === 'remove' && !(factor > 0)) {
    const message = `config "${config.name}" sets the outlier factor of ${subject} to ${factor}; it must be above 0`;
    throw new Fault('invalid-config', message, { subject });
  }
  return metric;
}
