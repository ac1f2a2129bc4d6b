import { toFault } from '../../errors.ts';
import { findFalseAlarms, type Alarms, type FalseAlarms } from '../../judges/false-alarms.ts';
import type { Exposure, HealthyRun, Judge, JudgeInput } from '../../judges/judge.ts';
import { createJudges } from '../../judges/registry.ts';
import type { CanaryConfig } from '../../model/config.ts';
import { formatDuration } from '../../model/time/duration.ts';
import type { components } from '../../openapi.d.ts';
import { clopperPearson } from '../../stats/clopper-pearson.ts';
import type { HealthyResult } from '../../store/store.ts';
import { readHealthy } from '../run/judge-input.ts';
import { gatherMaterial, type CalibrationMaterial } from './calibration-material.ts';
import { givenHistory } from './plan-from.ts';
import type { HealthyPairing } from './healthy-pairings.ts';

type Schemas = components['schemas'];

/** What a calibration is made from. */
export interface CalibrationWork {
  config: CanaryConfig;
  /** Those of this service: another would be asked hundreds of times. */
  judges: string[];
  limit: number;
  lookEvery: number;
  healthy: HealthyResult[] | { pairs: Schemas['SeriesPair'][] };
  /** What is to be said of the request beside the answer. */
  notes: string[];
}

/** Healthy runs that a learning judge is given with each pairing. */
const LEARNED_RUNS = 4;
const LEVEL = 0.95;

/** Judges healthy baselines against each other under each judge, and counts what fails. */
export function calibrateFrom(work: CalibrationWork): Schemas['Calibration'] {
  const { config, judges, healthy } = work;
  const runs = Array.isArray(healthy) ? healthy.map(readHealthy) : givenHistory(healthy.pairs);
  const material = gatherMaterial(runs, config, work);
  const results = judges.map((name) => {
    const own = { ...config, judge: name, judgeOptions: optionsFor(name, config) };
    return calibrateJudge(own, material);
  });
  return describe({ ...work, count: runs.length }, material, results);
}

/** Options are those of the config's own judge, and not meant for another. */
function optionsFor(name: string, { judge, judgeOptions }: CanaryConfig): Record<string, unknown> {
  return name === judge ? judgeOptions : {};
}

/** A judge that cannot work with the config says so; the others are calibrated all the same. */
function calibrateJudge(
  config: CanaryConfig,
  material: CalibrationMaterial,
): Schemas['JudgeCalibration'] {
  let found: FalseAlarms[];
  try {
    const judge = createJudges().for(config);
    found = material.chosen.map((pairing) => judgePairing(judge, config, pairing, material));
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

/** Faults of a config that does not fit a judge. */
const REFUSALS = ['invalid-config', 'bad-configuration', 'invalid-formula'];

function judgePairing(
  judge: Judge,
  config: CanaryConfig,
  pairing: HealthyPairing,
  material: CalibrationMaterial,
): FalseAlarms {
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
  { config, count, notes }: CalibrationWork & { count: number },
  material: CalibrationMaterial,
  judges: Schemas['JudgeCalibration'][],
): Schemas['Calibration'] {
  const { pairing, windows, stepMs, samples, lookEvery, chosen, all, independent } = material;
  return {
    config: config.name,
    pairing,
    learnedFrom: windows.map(({ analysisId }) => analysisId),
    leftOut: count - windows.length,
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
