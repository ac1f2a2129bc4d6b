import { VERDICT_CODES } from '../exit-codes.ts';
import { trafficOf } from '../../analysis/run/judge-input.ts';
import type { CanaryConfig } from '../../model/config.ts';
import type { FileRun } from '../files/read-pairs.ts';
import { readConfigFile } from '../files/read-config-file.ts';
import { judgedOutcome } from '../../report/markdown/outcome.ts';
import { publish, publishFault, type Output } from '../output/publish.ts';
import { describeReplay, withSettings, type ReplaySettings } from './case.ts';
import { replayExamined } from './examined.ts';
import { renderTimeline } from './timeline.ts';

interface Run {
  /** Absent: what is read brings one. */
  config?: string | undefined;
  read: (config: CanaryConfig | undefined) => Promise<FileRun>;
  outputs: readonly Output[];
}

/** Replays one run and prints what the looks saw; the exit code is the verdict's. */
export async function replayRun(run: Run, settings: ReplaySettings): Promise<number> {
  try {
    return await replayAndPublish(run, settings);
  } catch (thrown) {
    await publishFault(run.outputs, { subject: run.config ?? 'load tests', thrown });
    throw thrown;
  }
}

async function replayAndPublish(run: Run, settings: ReplaySettings): Promise<number> {
  const given = run.config === undefined ? undefined : await readConfigFile(run.config);
  const { pairs, exposures, ...judged } = await run.read(given);
  const config = withSettings(judged.config, settings);
  const { thresholds } = config;
  const input = { config, thresholds, pairs, exposures, ...trafficOf(exposures, config) };
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
