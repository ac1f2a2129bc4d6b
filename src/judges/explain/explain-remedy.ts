import type { MetricJudgement, Verdict } from '../../model/judgement/judgement.ts';
import { nameText } from './explain-metric.ts';

type Labelled = Omit<MetricJudgement, 'sentence'>;

/**
 * What would change the verdict: the metrics, worst first, that would have to be within tolerance for a
 * pass, for example `it would pass if latency p99 and cpu were within tolerance`. Greedy, and then without
 * those that turn out not to be needed. Undefined for a pass, and where no metric stands in the way.
 */
export function explainRemedy<Metric extends Labelled>(
  metrics: readonly Metric[],
  verdictOf: (metrics: readonly Metric[]) => Verdict,
): string | undefined {
  if (verdictOf(metrics) === 'pass') return undefined;
  const failing = metrics.filter(
    ({ muted, classification }) => !muted && isFailing(classification),
  );
  const wouldPass = (spared: readonly Metric[]) =>
    verdictOf(metrics.map((metric) => (spared.includes(metric) ? passed(metric) : metric))) ===
    'pass';
  if (!wouldPass(failing)) return undefined;
  const needed = failing
    .toSorted((a, b) => distance(b) - distance(a))
    .reduceRight<Metric[]>((kept, metric) => {
      const without = kept.filter((other) => other !== metric);
      return wouldPass(without) ? without : kept;
    }, failing);
  if (needed.length === 0) return undefined;
  return `it would pass if ${listText(needed.map(nameText))} ${needed.length === 1 ? 'was' : 'were'} within tolerance`;
}

function isFailing(classification: MetricJudgement['classification']): boolean {
  return ['High', 'Low', 'NodataFailMetric', 'Error'].includes(classification);
}

function passed<Metric extends Labelled>(metric: Metric): Metric {
  return { ...metric, classification: 'Pass', critical: false };
}

/** How far apart the means are, as a factor in either direction: the worst are kept longest. */
function distance({ ratio }: Labelled): number {
  const logarithm = Math.abs(Math.log(ratio ?? 1));
  return Number.isNaN(logarithm) ? Infinity : logarithm;
}

/** `a`, `a and b`, `a, b and c`; a long list is cut. */
function listText(names: string[]): string {
  if (names.length > 5) return `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`;
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
