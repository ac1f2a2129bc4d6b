import { pairSeries } from '../analysis/pair.ts';
import { Fault, toFault } from '../errors.ts';
import { createJudges } from '../judges/registry.ts';
import type { CanaryConfig, MetricConfig, Thresholds } from '../model/config.ts';
import type { Scope, Side } from '../model/scope.ts';
import type { Pair, Series } from '../model/series.ts';
import { renderText } from '../report/text.ts';
import { readSeriesFile } from '../sources/file-series.ts';
import { VERDICT_CODES } from './exit-codes.ts';
import { readScore } from './parse-options.ts';
import { readConfigFile } from './read-config-file.ts';
import { readText } from './read-document.ts';
import { hasColour, note } from './terminal.ts';

export interface JudgeFilesOptions {
  config: string;
  baseline: string;
  canary: string;
  pass?: string | undefined;
  marginal?: string | undefined;
  json: boolean;
}

type SeriesByMetric = Record<string, Series[]>;

/** Judges two files of series and prints the judgement; the exit code is the verdict's. */
export async function judgeFiles(options: JudgeFilesOptions): Promise<number> {
  const config = await readConfigFile(options.config);
  const thresholds = overrideThresholds(config.thresholds, options);
  const sides = {
    baseline: await readSide('baseline', options.baseline, config),
    canary: await readSide('canary', options.canary, config),
  };
  const pairs = config.metrics.flatMap((metric) => pairMetric(metric, sides));
  const judge = createJudges().for(config);
  const judgement = judge.judge({ config, thresholds, pairs });
  const { verdict, score, reason } = judgement;
  // JSON.stringify writes NaN as null, which is what the contract says of missing numbers
  const text = options.json
    ? `${JSON.stringify(judgement, null, 2)}\n`
    : renderText(
        { state: 'completed', verdict, score, reason, judgement },
        { colour: hasColour() },
      );
  process.stdout.write(text);
  return VERDICT_CODES[verdict];
}

function overrideThresholds(own: Thresholds, given: Pick<JudgeFilesOptions, 'pass' | 'marginal'>) {
  const thresholds = {
    pass: given.pass === undefined ? own.pass : readScore('pass', given.pass),
    marginal: given.marginal === undefined ? own.marginal : readScore('marginal', given.marginal),
  };
  if (thresholds.marginal <= thresholds.pass) return thresholds;
  throw new Fault(
    'invalid-request',
    `the marginal threshold ${thresholds.marginal} is above pass ${thresholds.pass}: lower --marginal or raise --pass`,
  );
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
