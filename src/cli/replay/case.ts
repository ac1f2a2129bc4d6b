import { Fault, toFault } from '../../errors.ts';
import type { Exposure, HealthyRun, JudgeInput } from '../../judges/judge.ts';
import type { CanaryConfig } from '../../model/config.ts';
import type { Finding } from '../../model/judgement/finding.ts';
import type { ReplayedMetric } from '../../model/replay.ts';
import type { Pair, PairSide } from '../../model/series.ts';
import { replayExamined, type ExaminedReplay } from './examined.ts';
import { formatOfCases } from '../foreign.ts';
import { parseConfigDocument } from '../files/read-config-file.ts';

/** What the command line says of every run that it replays. */
export interface ReplaySettings {
  lookEvery: number;
  /** Instead of the config's own. */
  judge: string | undefined;
  judgeOptions: Record<string, unknown>;
}

/** One finished run in Kayenta's JSON. */
export interface ReplayCase {
  config?: unknown;
  thresholds?: unknown;
  pairs?: unknown;
  history?: unknown;
  exposures?: unknown;
}

/** What a line of the batch says of a run. */
type Answer = ToldReplay | { threw: string };

type ToldReplay = Omit<ExaminedReplay, 'looks' | 'findings' | 'judgement'> & {
  findings: ToldFinding[];
};

type ToldFinding = Pick<Finding, 'code' | 'action' | 'metric' | 'side'>;

/** Replays one case, or says in one line why it cannot; never throws, so that a batch goes on. */
export async function replayCase(given: ReplayCase, settings: ReplaySettings): Promise<Answer> {
  try {
    const input = await readInput(given, settings);
    return describeReplay(replayExamined(input, settings.lookEvery));
  } catch (thrown) {
    const { code, message } = toFault(thrown);
    return { threw: `${code}: ${message.replaceAll(/\s+/g, ' ')}` };
  }
}

/** What a machine is told of a replay, but for its looks. */
export function describeReplay({
  verdict,
  decidedAt,
  metrics,
  findings,
}: ExaminedReplay): ToldReplay {
  return {
    verdict,
    decidedAt,
    metrics: metrics.map(roundNumbers),
    findings: findings.map(tellFinding),
  };
}

function tellFinding({ code, action, metric, side }: Finding): ToldFinding {
  return { code, action, metric, ...(side === undefined ? {} : { side }) };
}

/** Beyond it digits are those of the machine's arithmetic, and tell two releases apart for nothing. */
const SIGNIFICANT_DIGITS = 10;

function roundNumbers({ eValue, estimate, interval, ...labels }: ReplayedMetric): ReplayedMetric {
  const round = (value: number) => Number(value.toPrecision(SIGNIFICANT_DIGITS));
  return {
    ...labels,
    eValue: eValue === null ? null : round(eValue),
    estimate: estimate === null ? null : round(estimate),
    interval:
      interval === null ? null : { lower: round(interval.lower), upper: round(interval.upper) },
  };
}

/** The config with the command line's choice of judge and options over its own. */
export function withSettings(
  config: CanaryConfig,
  { judge, judgeOptions }: ReplaySettings,
): CanaryConfig {
  return {
    ...config,
    judge: judge ?? config.judge,
    judgeOptions: { ...config.judgeOptions, ...judgeOptions },
  };
}

async function readInput(given: ReplayCase, settings: ReplaySettings): Promise<JudgeInput> {
  const config = withSettings(await parseConfigDocument('config', given.config), settings);
  const { parsePairs, parseThresholds } = formatOfCases();
  const pairs = parsePairs(given.pairs).map(withStep);
  const byMetric = readMembers('exposures', given.exposures, readExposure);
  return {
    config,
    pairs,
    thresholds:
      given.thresholds === undefined ? config.thresholds : parseThresholds(given.thresholds),
    history: readMembers('history', given.history, readRuns),
    exposures: Object.fromEntries(
      pairs.flatMap(({ id, metric }) =>
        Object.hasOwn(byMetric, metric) ? [[id, byMetric[metric]!] as const] : [],
      ),
    ),
  };
}

/** Pairs may come without a time grid; the sequential judge's times need one. */
const DEFAULT_STEP_MS = 60_000;

function withStep(pair: Pair): Pair {
  const timed = (side: PairSide) => ({ ...side, stepMs: side.stepMs || DEFAULT_STEP_MS });
  return { ...pair, baseline: timed(pair.baseline), canary: timed(pair.canary) };
}

function readRuns(place: string, runs: unknown): HealthyRun[] {
  if (!Array.isArray(runs)) return refuse(place, 'a list of runs');
  return runs.map((run: unknown, i) => {
    const at = `${place}[${i}]`;
    const { exposure } = isObject(run) ? run : {};
    return {
      ...readExposure(at, run),
      ...(exposure === undefined ? {} : { exposure: readExposure(`${at}.exposure`, exposure) }),
    };
  });
}

/** Both sides of anything that comes as Kayenta's `experiment` and `control`. */
function readExposure(place: string, sides: unknown): Exposure {
  if (!isObject(sides)) return refuse(place, 'an object');
  return {
    baseline: readValues(`${place}.control`, sides['control']),
    canary: readValues(`${place}.experiment`, sides['experiment']),
  };
}

/** A gap is null or the text `"NaN"`. */
function readValues(place: string, values: unknown): number[] {
  if (!Array.isArray(values)) return refuse(place, 'a list of numbers');
  return values.map((value: unknown) => {
    if (value === null || value === 'NaN') return NaN;
    return typeof value === 'number' ? value : refuse(place, 'a list of numbers');
  });
}

function readMembers<T>(
  place: string,
  given: unknown,
  read: (place: string, value: unknown) => T,
): Record<string, T> {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) return refuse(place, 'an object by name of metric');
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, read(`${place}["${name}"]`, value)]),
  );
}

function refuse(place: string, needed: string): never {
  throw new Fault('invalid-request', `${place} must be ${needed}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
