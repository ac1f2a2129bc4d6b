import { trafficOf } from '../analysis/run/judge-input.ts';
import { Fault } from '../errors.ts';
import { withFindings } from '../findings/with-findings.ts';
import { createJudges } from '../judges/registry.ts';
import type { Thresholds } from '../model/config.ts';
import type { Side } from '../model/scope.ts';
import { renderText } from '../report/text.ts';
import { VERDICT_CODES } from './exit-codes.ts';
import { readScore } from './parse-options.ts';
import type { FileOptions } from './files/file-options.ts';
import { readConfigFile } from './files/read-config-file.ts';
import { judgedOutcome } from '../report/markdown/outcome.ts';
import { publish, publishFault, type Output } from './output/publish.ts';
import { readPairs } from './files/read-pairs.ts';
import { hasColour, widthOf } from './terminal.ts';

export interface JudgeFilesOptions {
  /** Absent: two load tests are judged as is usual. */
  config?: string | undefined;
  files: Record<Side, readonly string[]>;
  read: FileOptions;
  pass?: string | undefined;
  marginal?: string | undefined;
  outputs: readonly Output[];
}

/** Judges two files of series and prints the judgement; the exit code is the verdict's. */
export async function judgeFiles(options: JudgeFilesOptions): Promise<number> {
  try {
    return await judgeAndPublish(options);
  } catch (thrown) {
    await publishFault(options.outputs, {
      subject: options.config ?? options.files.canary[0]!,
      thrown,
    });
    throw thrown;
  }
}

async function judgeAndPublish(options: JudgeFilesOptions): Promise<number> {
  const given = options.config === undefined ? undefined : await readConfigFile(options.config);
  // wrong options are told before long files are read
  if (given !== undefined) overrideThresholds(given.thresholds, options);
  const { config, pairs, exposures } = await readPairs(options.files, given, options.read);
  const thresholds = overrideThresholds(config.thresholds, options);
  const judge = createJudges().for(config);
  const { reads } = judge;
  const input = { config, thresholds, pairs, exposures, ...trafficOf(exposures, config) };
  const judgement = withFindings(judge.judge(input), {
    config,
    pairs,
    exposures,
    ...(reads === undefined ? {} : { reads }),
  });
  const outcome = judgedOutcome(config.name, judgement);
  const text = renderText(outcome, { colour: hasColour(), width: widthOf(process.stdout) });
  await publish(options.outputs, { outcome, text, json: judgement });
  return VERDICT_CODES[judgement.verdict];
}

export function overrideThresholds(
  own: Thresholds,
  given: Pick<JudgeFilesOptions, 'pass' | 'marginal'>,
) {
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
