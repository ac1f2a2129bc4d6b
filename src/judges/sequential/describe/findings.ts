import type { InstanceSeries } from '../../../model/series.ts';
import type { HeldSamples, OutlyingInstanceFinding } from '../../../model/judgement/sequential.ts';
import { findOutlyingInstances as findOutlying } from '../../../stats/instance-spread.ts';
import { ratioText } from '../../explain/number-text.ts';
import { meanOf } from '../data/instance-levels.ts';
import type { SequentialMetricJudgement } from '../judgement.ts';
import type { MetricRun } from '../data/metric-run.ts';
import { isPair } from '../data/rates.ts';
import type { Followed } from '../data/session.ts';

/** That values repeat, where they do on either side (D1); undefined where every sample is an observation. */
export function describeHeld({ holds, samples, fed }: MetricRun): HeldSamples | undefined {
  const { canary = 1, baseline = 1 } = holds();
  if (canary === 1 && baseline === 1) return undefined;
  return {
    canaryHold: canary,
    baselineHold: baseline,
    steps: samples.filter(isPair).length,
    observations: fed().filter((sample) => sample !== undefined).length,
  };
}

/** Instances unlike their siblings, in sentences. */
export function tellOutlyingInstances(
  judged: Pick<SequentialMetricJudgement, 'metric' | 'classification' | 'sequential'>,
): string[] {
  const { metric, sequential } = judged;
  const without = withoutText(judged);
  return (sequential.instances ?? []).map(({ side, instance, ratio }) => {
    return `metric "${metric}": ${side} ${instance} is ${ratioText(ratio)} times its siblings${without}`;
  });
}

/** Whether the label stays without what stands out. */
function withoutText({
  classification,
  sequential: { instances = [], labelWithoutInstances: label },
}: Pick<SequentialMetricJudgement, 'classification' | 'sequential'>): string {
  if (label === undefined) return '';
  const [was, is] = [classification, label].map((one) => one === 'High' || one === 'Low');
  const them = instances.length === 1 ? 'it' : 'those that stand out';
  if (was === is) return `; without ${them} the result is the same`;
  return `; without ${them} the metric would ${is ? '' : 'not '}have failed, which changes no verdict`;
}

/** Instances unlike their siblings, over the run so far (S11). */
export function findOutlyingInstances({ plan, run }: Followed): OutlyingInstanceFinding[] {
  const { instances } = plan;
  if (instances === undefined) return [];
  return (['canary', 'baseline'] as const).flatMap((side) => {
    const known = levelsOf(instances[side], run.samples.length);
    return findOutlying(known.map(({ level }) => level)).map(({ index, ratio }) => ({
      side,
      instance: known[index]!.name,
      ratio,
    }));
  });
}

function levelsOf(instances: readonly InstanceSeries[], samples: number) {
  return instances
    .map(({ name, values }) => ({ name, level: Math.log(meanOf(values.slice(0, samples))) }))
    .filter(({ level }) => Number.isFinite(level));
}
