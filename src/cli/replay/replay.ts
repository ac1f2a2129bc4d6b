import { Fault } from '../../errors.ts';
import { loadContractOnce } from '../files/load-contract-once.ts';
import { FILE_HELP, FILE_OPTIONS, hasFileOptions, readFileOptions } from '../files/file-options.ts';
import type { Command } from '../command.ts';
import { OUTPUT_HELP, OUTPUT_OPTIONS, readOutputs } from '../output/publish.ts';
import { parseOptions, readAssignments, usageFault } from '../parse-options.ts';
import type { ReplaySettings } from './case.ts';
import type { replayRun } from './run.ts';
import { readServerOptions, SERVER_OPTIONS } from '../server/server-options.ts';

const OPTIONS = {
  config: { type: 'string' },
  ...FILE_OPTIONS,
  analysis: { type: 'string' },
  batch: { type: 'string' },
  'look-every': { type: 'string', default: '5' },
  judge: { type: 'string' },
  alpha: { type: 'string' },
  'judge-option': { type: 'string', multiple: true, default: [] as string[] },
  ...SERVER_OPTIONS,
  ...OUTPUT_OPTIONS,
} as const;

export const replayCommand: Command = {
  help: `Usage: canary replay --config FILE --baseline FILE --canary FILE [OPTIONS]
       canary replay --config FILE --analysis ID [OPTIONS]
       canary replay --batch FILE|- [OPTIONS]

Replays finished runs as if their samples arrived one by one: when would the verdict have come?

  --config FILE        what to judge and how, as for "canary judge"
  --baseline FILE      series or a load test, as for "canary judge"; load tests need no --config
  --canary FILE        of the canary
  --analysis ID        the series that a server's analysis was judged by, instead of files
  --batch FILE|-       JSON Lines of {"case", "config", "thresholds", "pairs", "history"}, - for stdin; one
                       line out for each line in: {"case", "verdict", "decidedAt", "metrics"}, or {"case", "threw"}

  --look-every N       samples between two looks, 5
  --judge NAME         instead of the config's judge
  --alpha A            probability of failing a healthy canary, of the sequential judge
  --judge-option K=V   any other option of the judge; repeatable

${FILE_HELP}

${OUTPUT_HELP}
                            a line of --batch, with the looks

  --server URL         the server of --analysis; CANARY_URL, or http://127.0.0.1:8090
  --token-file FILE    its token; or CANARY_TOKEN
  --retry-for TIME     how long a call is tried again while the server does not answer, 30s

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict.
With --batch: 0 when every line was answered, else 3.
`,
  async run(args) {
    const values = parseOptions('replay', OPTIONS, args);
    const { batch, config, baseline, canary, analysis } = values;
    const settings: ReplaySettings = {
      lookEvery: readCount('look-every', values['look-every']),
      judge: values.judge,
      judgeOptions: await readJudgeOptions(values['judge-option'], values.alpha),
    };
    const files = [config, baseline, canary, analysis].filter((file) => file !== undefined);
    if (batch !== undefined) {
      if (files.length > 0 || values.output !== undefined || values.json === true) {
        const why = '--batch takes no files, and no --output: its lines hold everything';
        throw usageFault(why, 'canary replay');
      }
      return (await import('./batch.ts')).replayBatch(batch, settings);
    }
    const outputs = readOutputs(values, 'canary replay');
    const { replayRun } = await import('./run.ts');
    if (config !== undefined && analysis !== undefined && files.length === 2) {
      if (hasFileOptions(values))
        throw usageFault('options of files are for --baseline and --canary', 'canary replay');
      const { readStoredPairs } = await import('../files/read-stored-pairs.ts');
      const connection = await readServerOptions(values);
      const read: Read = async (stored) => ({
        config: stored!,
        pairs: await readStoredPairs(analysis, connection),
        exposures: {},
      });
      return replayRun({ config, outputs, read }, settings);
    }
    if (baseline === undefined || canary === undefined || analysis !== undefined) {
      const needed = '--baseline and --canary are needed, or --config and --analysis';
      throw usageFault(needed, 'canary replay');
    }
    const options = readFileOptions(values);
    const { readPairs } = await import('../files/read-pairs.ts');
    const read: Read = (given) => readPairs({ baseline, canary }, given, options);
    return replayRun({ config, outputs, read }, settings);
  },
};

type Read = Parameters<typeof replayRun>[0]['read'];

function readCount(option: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Fault(
    'invalid-request',
    `--${option} got "${text}", where a whole number from 1 on is needed`,
  );
}

/** A value that is JSON is taken as such, so that numbers are numbers; anything else is a text. */
async function readJudgeOptions(
  assignments: readonly string[],
  alpha: string | undefined,
): Promise<Record<string, unknown>> {
  const texts = readAssignments('judge-option', assignments);
  if (alpha !== undefined) texts.push(['alpha', alpha]);
  const options = Object.fromEntries(texts.map(([name, text]) => [name, readValue(text)]));
  if (texts.length > 0) await checkJudgeOptions(options);
  return options;
}

async function checkJudgeOptions(options: Record<string, unknown>): Promise<void> {
  const contract = await loadContractOnce();
  const violations = contract.checkSchema('JudgeOptions', options);
  if (violations.length === 0) return;
  throw new Fault('invalid-request', 'the options for the judge make no sense', { violations });
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
