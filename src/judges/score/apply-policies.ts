import type { MetricConfig } from '../../model/config.ts';
import type { MetricJudgement, Verdict } from '../../model/judgement/judgement.ts';

type Labelled = Omit<MetricJudgement, 'sentence'>;

/**
 * What a metric's role and its no-data policy make of the verdict that the score gives.
 *
 * A fail that no guardrail shares in becomes `marginal`: signals hold a rollout and never roll it back.
 * A pass or marginal becomes `nodata` when a metric without data must not be passed over.
 * `verdictOf` is the verdict that other labels would get.
 */
export function applyPolicies<Metric extends Labelled>(
  metrics: readonly Metric[],
  policies: readonly Pick<MetricConfig, 'name' | 'isSignal' | 'noData'>[],
  verdictOf: (metrics: readonly Metric[]) => Verdict,
): Verdict {
  const policyOf = ({ metric }: Metric) => policies.find(({ name }) => name === metric);
  const verdict = verdictOf(metrics);
  if (verdict === 'fail') {
    const spared = metrics.map((metric) =>
      policyOf(metric)?.isSignal === true ? { ...metric, classification: 'Pass' as const } : metric,
    );
    return verdictOf(spared) === 'fail' ? 'fail' : 'marginal';
  }
  const isOpen = metrics.some(
    (metric) =>
      !metric.muted &&
      metric.classification === 'Nodata' &&
      policyOf(metric)?.noData === 'inconclusive',
  );
  return isOpen ? 'nodata' : verdict;
}
