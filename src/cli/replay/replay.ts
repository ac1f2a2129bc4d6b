import { Fault } from '../../errors.ts';
import { loadContractOnce } from '../files/load-contract-once.ts';
import type { Command } from '../command.ts';
import { OUTPUT_HELP, OUTPUT_OPTIONS, readOutputs } from '../output/publish.ts';
import { parseOptions, readAssignments, usageFault } from '../parse-options.ts';
import type { ReplaySettings } from './case.ts';
import { readServerOptions, SERVER_OPTIONS } from '../server/server-options.ts';

const OPTIONS = {
  config: { type: 'string' },
  baseline: { type: 'string' },
  canary: { type: 'string' },
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
  --baseline FILE      series of the baseline, CSV (.csv) or JSON
  --canary FILE        series of the canary
  --analysis ID        the series that a server's analysis was judged by, instead of files
  --batch FILE|-       JSON Lines of {"case", "config", "thresholds", "pairs", "history"}, - for stdin; one
                       line out for each line in: {"case", "verdict", "decidedAt", "metrics"}, or {"case", "threw"}

  --look-every N       samples between two looks, 5
  --judge NAME         instead of the config's judge
  --alpha A            probability of failing a healthy canary, of the sequential judge
  --judge-option K=V   any other option of the judge; repeatable

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
      const { readStoredPairs } = await import('../files/read-stored-pairs.ts');
      const connection = await readServerOptions(values);
      return replayRun(
        { config, outputs, readPairs: () => readStoredPairs(analysis, connection) },
        settings,
      );
    }
    if (
      config === undefined ||
      baseline === undefined ||
      canary === undefined ||
      files.length > 3
    ) {
      const needed = '--config is needed, with --baseline and --canary, or with --analysis';
      throw usageFault(needed, 'canary replay');
    }
    const { readPairs } = await import('../files/read-pairs.ts');
    const sides = { baseline, canary };
    return replayRun({ config, outputs, readPairs: (read) => readPairs(sides, read) }, settings);
  },
};

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
