import { VERDICT_CODES } from '../exit-codes.ts';
import type { CanaryConfig } from '../../model/config.ts';
import type { Pair } from '../../model/series.ts';
import { readConfigFile } from '../files/read-config-file.ts';
import { judgedOutcome } from '../output/outcome.ts';
import { publish, publishFault, type Output } from '../output/publish.ts';
import { describeReplay, withSettings, type ReplaySettings } from './case.ts';
import { replayExamined } from './examined.ts';
import { renderTimeline } from './timeline.ts';

interface Run {
  config: string;
  readPairs: (config: CanaryConfig) => Promise<Pair[]>;
  outputs: readonly Output[];
}

/** Replays one run and prints what the looks saw; the exit code is the verdict's. */
export async function replayRun(run: Run, settings: ReplaySettings): Promise<number> {
  try {
    return await replayAndPublish(run, settings);
  } catch (thrown) {
    await publishFault(run.outputs, { subject: run.config, thrown });
    throw thrown;
  }
}

async function replayAndPublish(run: Run, settings: ReplaySettings): Promise<number> {
  const config = withSettings(await readConfigFile(run.config), settings);
  const pairs = await run.readPairs(config);
  const input = { config, thresholds: config.thresholds, pairs };
  const replayed = replayExamined(input, settings.lookEvery);
  const { judgement, looks } = replayed;
  const outcome = judgedOutcome(config.name, judgement);
  await publish(run.outputs, {
    outcome,
    text: renderTimeline(replayed),
    json: { ...describeReplay(replayed), looks },
  });
  return VERDICT_CODES[judgement.verdict];
}
