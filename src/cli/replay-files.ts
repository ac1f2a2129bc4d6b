import { replay } from '../judges/replay.ts';
import { VERDICT_CODES } from './exit-codes.ts';
import { readConfigFile } from './read-config-file.ts';
import { readPairs } from './read-pairs.ts';
import { withSettings, type ReplaySettings } from './replay-case.ts';
import { renderTimeline } from './replay-timeline.ts';

/** Replays two files of series and prints what the looks saw; the exit code is the verdict's. */
export async function replayFiles(
  files: { config: string; baseline: string; canary: string },
  settings: ReplaySettings,
): Promise<number> {
  const config = withSettings(await readConfigFile(files.config), settings);
  const pairs = await readPairs(files, config);
  const replayed = replay({ config, thresholds: config.thresholds, pairs }, settings.lookEvery);
  process.stdout.write(renderTimeline(replayed));
  return VERDICT_CODES[replayed.verdict];
}
