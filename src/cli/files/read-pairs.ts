import { pairSeries, type NewPair } from '../../analysis/run/pair.ts';
import { Fault } from '../../errors.ts';
import type { Exposure } from '../../judges/judge.ts';
import type { CanaryConfig, MetricConfig } from '../../model/config.ts';
import { SIDES, type Scope, type Side } from '../../model/scope.ts';
import type { Pair, Series } from '../../model/series.ts';
import type { SeriesByMetric } from '../../sources/files/place-points.ts';
import { note } from '../terminal.ts';
import { alignTests, latencyShare, REQUESTS } from './align-tests.ts';
import type { FileOptions } from './file-options.ts';
import { readSide } from './read-side.ts';
import { tellUsual, USUAL_QUANTILES, usualConfig } from './usual-config.ts';

/** What a judge needs of files. */
export interface FileRun {
  config: CanaryConfig;
  pairs: Pair[];
  /** By id of the pair. */
  exposures: Record<string, Exposure>;
}

interface Sides {
  config: CanaryConfig;
  series: Record<Side, SeriesByMetric>;
}

/**
 * Reads both sides from files and pairs what the config judges; a metric without data has a pair too. Without a
 * config two load tests are judged as is usual.
 */
export async function readPairs(
  files: Record<Side, readonly string[]>,
  config: CanaryConfig | undefined,
  options: FileOptions,
): Promise<FileRun> {
  const sides = await readSides(files, config, options);
  const paired = sides.config.metrics.flatMap((metric) => pairMetric(metric, sides.series));
  return {
    config: sides.config,
    pairs: paired.map(({ exposure: _, instances: _parts, ...pair }) => pair),
    exposures: Object.fromEntries(
      paired.flatMap(({ id, exposure }) => (exposure === undefined ? [] : [[id, exposure]])),
    ),
  };
}

async function readSides(
  files: Record<Side, readonly string[]>,
  config: CanaryConfig | undefined,
  options: FileOptions,
): Promise<Sides> {
  const baseline = await readSide('baseline', files.baseline, options);
  const canary = await readSide('canary', files.canary, options);
  if ('test' in baseline && 'test' in canary) {
    const named = config?.metrics.flatMap(({ name }) => latencyShare(name) ?? []);
    const tests = { baseline: baseline.test, canary: canary.test };
    const aligned = alignTests(tests, named ?? USUAL_QUANTILES, options);
    for (const text of aligned.notes) note(`canary: ${text}`);
    const judged = config ?? usualConfig(aligned);
    if (config === undefined) note(`canary: ${tellUsual(judged, aligned)}`);
    return { config: judged, series: aligned.series };
  }
  if ('test' in baseline || 'test' in canary) {
    throw new Fault(
      'invalid-request',
      'one side is a load test and the other is a table of series: give both in one form',
    );
  }
  if (config === undefined) {
    const names = Object.keys(canary.series).slice(0, 5).join(', ');
    throw new Fault(
      'invalid-request',
      `--config is needed for series: nothing says which change of ${names} is bad`,
    );
  }
  const named = (side: Side) => `${side} ${files[side].map((file) => `"${file}"`).join(', ')}`;
  const series = {
    baseline: namedSeries(named('baseline'), baseline.series, options),
    canary: namedSeries(named('canary'), canary.series, options),
  };
  for (const side of SIDES) tellUnknown(named(side), series[side], config);
  return { config, series };
}

/** Under the names of the config, and without what is left out of them. */
function namedSeries(whose: string, series: SeriesByMetric, options: FileOptions): SeriesByMetric {
  const { columns, rampUpMs = 0, forMs = Infinity } = options;
  const found = columns.filter(([, column]) => Object.hasOwn(series, column));
  const renamed = {
    ...series,
    ...Object.fromEntries(found.map(([metric, column]) => [metric, series[column]!])),
  };
  const metrics = new Set(columns.map(([metric]) => metric));
  for (const metric of metrics) {
    if (Object.hasOwn(renamed, metric)) continue;
    const wanted = columns.filter(([name]) => name === metric).map(([, column]) => `"${column}"`);
    const has = Object.keys(series).map((name) => `"${name}"`);
    throw new Fault(
      'invalid-request',
      `${whose} has no column ${wanted.join(' or ')} for --column ${metric}; it has ${has.join(', ')}`,
    );
  }
  const spare = new Set(
    found.filter(([metric, column]) => metric !== column).map(([, column]) => column),
  );
  return Object.fromEntries(
    Object.entries(renamed).flatMap(([name, all]) =>
      spare.has(name) && !metrics.has(name)
        ? []
        : [[name, all.map((one) => cutSeries(one, rampUpMs, forMs))]],
    ),
  );
}

function cutSeries(series: Series, rampUpMs: number, forMs: number): Series {
  const { stepMs, startAt, values } = series;
  const from = Math.ceil(rampUpMs / stepMs);
  const kept = values.slice(from, from + Math.floor(forMs / stepMs));
  return { ...series, startAt: startAt + from * stepMs, values: kept };
}

function tellUnknown(whose: string, series: SeriesByMetric, { metrics }: CanaryConfig): void {
  const known = metrics.flatMap((metric) => [
    metric.name,
    ...(metric.exposure === undefined ? [] : exposureNames(metric)),
  ]);
  for (const name of Object.keys(series).filter((name) => !known.includes(name))) {
    note(`canary: ${whose} has a metric "${name}" that the config does not judge`);
  }
}

function exposureNames({ name }: MetricConfig): string[] {
  return [`${name} exposure`, REQUESTS];
}

function pairMetric(
  metric: MetricConfig,
  sides: Record<Side, SeriesByMetric>,
): (NewPair & { id: string })[] {
  const of = (name: string) => ({
    baseline: seriesOf(sides.baseline, name),
    canary: seriesOf(sides.canary, name),
  });
  const exposures =
    metric.exposure === undefined
      ? undefined
      : exposureNames(metric)
          .map(of)
          .find(({ baseline, canary }) => baseline.length + canary.length > 0);
  const pairs = pairSeries({
    metric,
    scope: { baseline: NOWHERE, canary: NOWHERE },
    ...of(metric.name),
    ...(exposures === undefined ? {} : { exposure: exposures }),
  });
  return pairs.map((pair, index) => ({ ...pair, id: `${metric.name}-${index}` }));
}

/** Files have no window: a side without a series is empty. */
const NOWHERE: Scope = {
  scope: '',
  location: '',
  startAt: 0,
  endAt: 0,
  stepSeconds: 60,
  parameters: {},
};

function seriesOf(side: SeriesByMetric, name: string): Series[] {
  return Object.hasOwn(side, name) ? side[name]! : [];
}
