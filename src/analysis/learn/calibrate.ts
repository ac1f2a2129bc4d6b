import { setImmediate as nextTurn } from 'node:timers/promises';
import { Fault, toFault } from '../../errors.ts';
import { findFalseAlarms, type Alarms, type FalseAlarms } from '../../judges/false-alarms.ts';
import type { Exposure, HealthyRun, Judge, JudgeInput } from '../../judges/judge.ts';
import type { Judges } from '../../judges/registry.ts';
import type { CanaryConfig } from '../../model/config.ts';
import { formatDuration } from '../../model/duration.ts';
import type { components } from '../../openapi.d.ts';
import { clopperPearson } from '../../stats/clopper-pearson.ts';
import type { Store } from '../../store/store.ts';
import { gatherMaterial, type CalibrationMaterial } from './calibration-material.ts';
import { readHealthyHistory } from './healthy-history.ts';
import type { HealthyPairing } from './healthy-pairings.ts';
import { resolveConfig } from '../accept/resolve-config.ts';

type Schemas = components['schemas'];

export type Calibrate = (
  request: Schemas['CalibrationRequest'],
  signal: AbortSignal,
) => Promise<Schemas['Calibration']>;

export interface CalibrateDependencies {
  store: Store;
  /** Those of this service: another would be asked hundreds of times. */
  judges: Judges;
  limits: { maxMetrics: number };
  now(): number;
}

/** What a request means where it is silent; `openapi.yaml` states the same values. */
const DEFAULTS = { limit: 100, lookEvery: 5 };

const HISTORY_LIMITS = { analyses: 40, points: 500_000 };
/** Healthy runs that a learning judge is given with each pairing. */
const LEARNED_RUNS = 4;
const LEVEL = 0.95;

/**
 * How often a config would have failed healthy canaries, by judging its healthy baselines against each
 * other under each judge. One calibration at a time, and the event loop goes on between two judgements:
 * the service stays responsive meanwhile.
 */
export function createCalibrate(dependencies: CalibrateDependencies): Calibrate {
  const { store, judges, limits, now } = dependencies;
  let last: Promise<unknown> = Promise.resolve();
  const calibrate: Calibrate = async (request, signal) => {
    const { config, warnings } = await resolveConfig(request.config, store, limits);
    const { limit, lookEvery } = { ...DEFAULTS, ...request };
    const names = request.judges ?? judges.names();
    const unknown = names.find((name) => !judges.names().includes(name));
    if (unknown !== undefined) judges.for({ judge: unknown, judgeOptions: {} });
    const wanted = { config: config.name, now: now(), limits: HISTORY_LIMITS };
    const healthy = await readHealthyHistory(store, wanted);
    const material = gatherMaterial(healthy, config, { limit, lookEvery });
    const results: Schemas['JudgeCalibration'][] = [];
    for (const name of names) {
      const own = { ...config, judge: name, judgeOptions: optionsFor(name, config) };
      results.push(await calibrateJudge(own, { judges, material, signal }));
    }
    const notes = warnings.map(({ pointer, message }) => `${pointer} ${message}`);
    return describe(config, material, { read: healthy.length, judges: results, notes });
  };
  return (request, signal) => {
    const mine = last.then(() => calibrate(request, signal));
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Options are those of the config's own judge, and not meant for another. */
function optionsFor(name: string, { judge, judgeOptions }: CanaryConfig): Record<string, unknown> {
  return name === judge ? judgeOptions : {};
}

interface Bench {
  judges: Judges;
  material: CalibrationMaterial;
  signal: AbortSignal;
}

/** A judge that cannot work with the config says so; the others are calibrated all the same. */
async function calibrateJudge(
  config: CanaryConfig,
  { judges, material, signal }: Bench,
): Promise<Schemas['JudgeCalibration']> {
  const found: FalseAlarms[] = [];
  try {
    const judge = judges.for(config);
    for (const pairing of material.chosen) {
      found.push(await inTurns(judgePairing(judge, config, pairing, material), signal));
    }
  } catch (thrown) {
    const fault = toFault(thrown);
    if (!REFUSALS.includes(fault.code)) throw fault;
    return { judge: config.judge, skipped: fault.message };
  }
  const rate = (alarmed: (alarms: Alarms) => boolean) => ({
    end: rateOf(found.filter(({ end }) => alarmed(end)).length, material),
    peeking: rateOf(found.filter(({ peeking }) => alarmed(peeking)).length, material),
  });
  return {
    judge: config.judge,
    ...rate(({ verdict }) => verdict),
    metrics: config.metrics.map(({ name }) => ({
      metric: name,
      ...rate(({ metrics }) => metrics.has(name)),
    })),
  };
}

/** Lets the event loop go on wherever the steps pause, and gives up there when nobody waits any more. */
async function inTurns<T>(steps: Generator<void, T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    if (signal.aborted) throw abandoned();
    const step = steps.next();
    if (step.done === true) return step.value;
    await nextTurn();
  }
}

/** Faults of a config that does not fit a judge. */
const REFUSALS = ['invalid-config', 'bad-configuration', 'invalid-formula'];

function abandoned(): Fault {
  return new Fault(
    'shutting-down',
    'the calibration was given up, as the client has gone or the service is stopping',
    { retryable: true },
  );
}

function judgePairing(
  judge: Judge,
  config: CanaryConfig,
  pairing: HealthyPairing,
  material: CalibrationMaterial,
): Generator<void, FalseAlarms> {
  const { stepMs, lookEvery } = material;
  const pairs: JudgeInput['pairs'] = [];
  const exposures: Record<string, Exposure> = {};
  for (const [index, { metric, tags, baseline, canary, exposure }] of pairing.runs.entries()) {
    const id = `pairing-${index}`;
    const side = (values: readonly number[]) => {
      return { startAt: 0, stepMs, values: [...values], attributes: {} };
    };
    pairs.push({ id, metric, tags, baseline: side(baseline), canary: side(canary) });
    if (exposure !== undefined) exposures[id] = exposure;
  }
  const { thresholds } = config;
  const history = judge.learns === true ? historyFor(pairing, material.all) : {};
  return findFalseAlarms(judge, { config, thresholds, pairs, exposures, history }, lookEvery);
}

/** Pairings that share no data with this one, as a judge would have learned from earlier runs. */
function historyFor(
  pairing: HealthyPairing,
  all: readonly HealthyPairing[],
): Record<string, HealthyRun[]> {
  const history: Record<string, HealthyRun[]> = {};
  const others = all.filter(
    ({ analyses }) => !analyses.some((id) => pairing.analyses.includes(id)),
  );
  for (const { runs } of others.slice(0, LEARNED_RUNS)) {
    for (const { metric, ...run } of runs) (history[metric] ??= []).push(run);
  }
  return history;
}

/** The interval counts no more than the independent pairings: rather too wide than too narrow. */
function rateOf(
  failed: number,
  { chosen, independent }: CalibrationMaterial,
): Schemas['AlarmRate'] {
  const share = failed / chosen.length;
  const trials = Math.min(independent, chosen.length);
  return { failed, share, ...clopperPearson(share * trials, trials, LEVEL) };
}

function describe(
  config: CanaryConfig,
  material: CalibrationMaterial,
  { read, judges, notes }: { read: number; judges: Schemas['JudgeCalibration'][]; notes: string[] },
): Schemas['Calibration'] {
  const { pairing, windows, stepMs, samples, lookEvery, chosen, all, independent } = material;
  return {
    config: config.name,
    pairing,
    learnedFrom: windows.map(({ analysisId }) => analysisId),
    leftOut: read - windows.length,
    step: formatDuration(stepMs),
    samples,
    lookEvery,
    pairings: chosen.length,
    possiblePairings: all.length,
    independentPairings: Math.min(independent, chosen.length),
    judges,
    notes: [...notes, ...notesOn(material)],
  };
}

function notesOn({ pairing, chosen, all, independent }: CalibrationMaterial): string[] {
  const notes = [
    pairing === 'windows'
      ? 'baselines of different times were compared: a metric whose level changes from one window to the next raises alarms that a canary beside its baseline would not'
      : 'the series of each baseline were compared in two halves: fewer instances a side, and so more noise, than in a real comparison',
  ];
  if (chosen.length < all.length) {
    notes.push(`${chosen.length} of ${all.length} possible pairings were judged`);
  }
  if (independent < chosen.length) {
    notes.push(
      `the pairings share data: the intervals are those of ${independent} independent ones`,
    );
  }
  return notes;
}
