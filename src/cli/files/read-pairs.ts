import { pairSeries } from '../../analysis/run/pair.ts';
import { Fault, toFault } from '../../errors.ts';
import type { CanaryConfig, MetricConfig } from '../../model/config.ts';
import type { Scope, Side } from '../../model/scope.ts';
import type { Pair, Series } from '../../model/series.ts';
import { readSeriesFile } from '../../sources/files/file-series.ts';
import { readText } from './read-document.ts';
import { note } from '../terminal.ts';

type SeriesByMetric = Record<string, Series[]>;

/** Reads both sides from files and pairs what the config judges; a metric without data has a pair too. */
export async function readPairs(
  files: Record<Side, string>,
  config: CanaryConfig,
): Promise<Pair[]> {
  const sides = {
    baseline: await readSide('baseline', files.baseline, config),
    canary: await readSide('canary', files.canary, config),
  };
  return config.metrics.flatMap((metric) => pairMetric(metric, sides));
}

async function readSide(side: Side, file: string, config: CanaryConfig): Promise<SeriesByMetric> {
  const text = await readText(side, file);
  const series = parseSide(side, file, text);
  const known = config.metrics.map(({ name }) => name);
  for (const name of Object.keys(series).filter((name) => !known.includes(name))) {
    note(`canary: ${side} "${file}" has a metric "${name}" that the config does not judge`);
  }
  return series;
}

/** The reader knows the line, only we know the file. */
function parseSide(side: Side, file: string, text: string): SeriesByMetric {
  const format = formatOf(side, file);
  try {
    return readSeriesFile(text, format);
  } catch (error) {
    const { code, message, violations } = toFault(error);
    throw new Fault(code, `${side} "${file}": ${message}`, { violations, cause: error });
  }
}

function formatOf(side: Side, file: string): 'csv' | 'json' {
  if (/\.csv$/i.test(file)) return 'csv';
  if (/\.json$/i.test(file)) return 'json';
  throw new Fault('invalid-request', `${side} "${file}" must be a .csv or .json file`);
}

function pairMetric(metric: MetricConfig, sides: Record<Side, SeriesByMetric>): Pair[] {
  const [baseline, canary] = [seriesOf(sides.baseline, metric), seriesOf(sides.canary, metric)];
  const pairs = pairSeries({
    metric,
    scope: { baseline: NOWHERE, canary: NOWHERE },
    baseline,
    canary,
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

function seriesOf(side: SeriesByMetric, { name }: MetricConfig): Series[] {
  return Object.hasOwn(side, name) ? side[name]! : [];
}
