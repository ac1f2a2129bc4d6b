import { Fault } from '../../errors.ts';
import type { CanaryConfig } from '../../model/config.ts';
import { chooseSeeded } from './choose-seeded.ts';
import {
  baselineWindow,
  equalWindows,
  pairHalves,
  pairWindows,
  type BaselineWindow,
  type HealthyPairing,
} from './healthy-pairings.ts';
import type { HealthyAnalysis } from '../run/judge-input.ts';

/** What a calibration judges, and what it was made of. */
export interface CalibrationMaterial {
  pairing: 'windows' | 'halves';
  /** Newest first, all of one step and length. */
  windows: BaselineWindow[];
  stepMs: number;
  samples: number;
  /** Everything that the history allows, and what of it is judged. */
  all: HealthyPairing[];
  chosen: HealthyPairing[];
  /** How many of `all` share no data. */
  independent: number;
  lookEvery: number;
}

export interface CalibrationWishes {
  limit: number;
  lookEvery: number;
}

const FEWEST_WINDOWS = 4;

/** Series x samples x looks that all pairings together may have: a few seconds under all judges. */
const WORK = 400_000;
const LONGEST = 480;
const FEWEST_LOOKS = 12;

/**
 * Pairs the baselines of healthy analyses: halves of the same baseline where enough of them have several
 * series of each metric, as these share their time; else different windows. Which, by a fixed seed. Too
 * much work is made less by rarer looks first, then by fewer pairings; runs are cut where both is not enough.
 *
 * Faults: `not-enough-history` with how many analyses there are.
 */
export function gatherMaterial(
  healthy: readonly HealthyAnalysis[],
  config: CanaryConfig,
  wishes: CalibrationWishes,
): CalibrationMaterial {
  const found = healthy
    .map((analysis) => baselineWindow(analysis, config.metrics))
    .filter((window) => window !== undefined);
  const series = Math.max(1, ...found.map((window) => window.series.length));
  const longest = Math.floor(WORK / (FEWEST_WINDOWS * FEWEST_LOOKS * series));
  const windows = equalWindows(found, Math.min(LONGEST, Math.max(longest, FEWEST_LOOKS)));
  const halves = pairHalves(windows, config.metrics);
  const pairing = halves.length >= FEWEST_WINDOWS ? 'halves' : 'windows';
  const all = pairing === 'halves' ? halves : pairWindows(windows);
  const used = new Set(all.flatMap(({ analyses }) => analyses));
  if (used.size < FEWEST_WINDOWS) throw tooFew(config, healthy.length, used.size);
  const kept = windows.filter(({ analysisId }) => used.has(analysisId));
  const { stepMs, length: samples } = kept[0]!;
  return {
    pairing,
    windows: kept,
    stepMs,
    samples,
    all,
    independent: pairing === 'halves' ? all.length : Math.floor(kept.length / 2),
    ...choose(all, samples, wishes),
  };
}

function choose(
  all: HealthyPairing[],
  samples: number,
  { limit, lookEvery: wanted }: CalibrationWishes,
): Pick<CalibrationMaterial, 'chosen' | 'lookEvery'> {
  const size = samples * Math.max(...all.map(({ runs }) => runs.length));
  const count = Math.min(limit, all.length);
  const looks = Math.max(FEWEST_LOOKS, Math.floor(WORK / (size * count)));
  const lookEvery = Math.max(wanted, Math.ceil(samples / looks));
  const affordable = Math.floor(WORK / (size * Math.ceil(samples / lookEvery)));
  return { chosen: chooseSeeded(all, Math.max(1, Math.min(count, affordable))), lookEvery };
}

function tooFew({ name }: CanaryConfig, healthy: number, usable: number): Fault {
  return new Fault(
    'not-enough-history',
    `config "${name}" has ${healthy} healthy analyses, ${usable} of them with baselines that can be compared; ` +
      `at least ${FEWEST_WINDOWS} that share no time, on one step and with data of every metric, are needed: calibrate when more have passed`,
    { subject: `config "${name}"` },
  );
}
