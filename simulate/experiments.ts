import { counts, noiseModels, winsorised } from './comparisons.ts';
import { detection } from './detection.ts';
import type { Experiment } from './experiment.ts';
import { falseAlarms } from './false-alarms.ts';
import { offsets, stress } from './offsets.ts';
import { planning } from './planning.ts';
import { changedNoise, earlyPass, lateOnset, smallSamples } from './small-tables.ts';

/** Everything that `npm run simulate` prints, in this order; a worker knows them by number. */
export const EXPERIMENTS = [
  falseAlarms,
  stress,
  offsets,
  detection,
  earlyPass,
  lateOnset,
  changedNoise,
  smallSamples,
  noiseModels,
  counts,
  winsorised,
  planning,
] as unknown as readonly Experiment<unknown, unknown>[];
