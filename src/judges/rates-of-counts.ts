import type { MetricConfig } from '../model/config.ts';
import type { Pair } from '../model/series.ts';
import type { Exposure, HealthyRun, JudgeInput } from './judge.ts';

/**
 * The input with the rate of every count, events by exposure, in place of its raw events: for judges that compare
 * values. A step without exposure has no rate, also where missing values count as 0: nobody was there.
 */
export function withRates<Input extends JudgeInput>(input: Input): Input {
  const { config, pairs, exposures = {}, history = {} } = input;
  const counts = new Set(
    pairs.filter(({ id }) => exposures[id] !== undefined).map(({ metric }) => metric),
  );
  const counted = config.metrics.filter(({ kind, name }) => kind === 'count' && counts.has(name));
  if (counted.length === 0) return input;
  const byName = new Map(counted.map((metric) => [metric.name, metric]));
  return {
    ...input,
    config: {
      ...config,
      metrics: config.metrics.map((metric) =>
        byName.has(metric.name) ? { ...metric, missingValues: 'remove' as const } : metric,
      ),
    },
    pairs: pairs.map((pair) => ratePair(pair, byName.get(pair.metric), exposures[pair.id])),
    history: Object.fromEntries(
      Object.entries(history).map(([name, runs]) => {
        const metric = byName.get(name);
        return [name, metric === undefined ? runs : runs.map((run) => rateRun(run, metric))];
      }),
    ),
  };
}

function ratePair(pair: Pair, metric: MetricConfig | undefined, exposure?: Exposure): Pair {
  if (metric === undefined || exposure === undefined) return pair;
  const { baseline, canary } = rateRun({ ...valuesOf(pair), exposure }, metric);
  return {
    ...pair,
    baseline: { ...pair.baseline, values: [...baseline] },
    canary: { ...pair.canary, values: [...canary] },
  };
}

function valuesOf({ baseline, canary }: Pair) {
  return { baseline: baseline.values, canary: canary.values };
}

function rateRun(run: HealthyRun, { missingValues }: MetricConfig): HealthyRun {
  const { exposure } = run;
  if (exposure === undefined) return run;
  const rate = (events: readonly number[], amounts: readonly number[]) =>
    events.map((value, i) => {
      const count = Number.isNaN(value) && missingValues === 'zero' ? 0 : value;
      return amounts[i]! > 0 ? count / amounts[i]! : Number.NaN;
    });
  return {
    baseline: rate(run.baseline, exposure.baseline),
    canary: rate(run.canary, exposure.canary),
  };
}
