import { VERDICT_CODES } from '../exit-codes.ts';
import type { CanaryConfig } from '../../model/config.ts';
import type { Pair } from '../../model/series.ts';
import { readConfigFile } from '../files/read-config-file.ts';
import { withSettings, type ReplaySettings } from './case.ts';
import { replayExamined } from './examined.ts';
import { renderTimeline } from './timeline.ts';

/** Replays one run and prints what the looks saw; the exit code is the verdict's. */
export async function replayRun(
  run: { config: string; readPairs: (config: CanaryConfig) => Promise<Pair[]> },
  settings: ReplaySettings,
): Promise<number> {
  const config = withSettings(await readConfigFile(run.config), settings);
  const pairs = await run.readPairs(config);
  const input = { config, thresholds: config.thresholds, pairs };
  const replayed = replayExamined(input, settings.lookEvery);
  process.stdout.write(renderTimeline(replayed));
  return VERDICT_CODES[replayed.verdict];
}
