import type { components } from '../../openapi.d.ts';
import { renderText } from '../../report/text.ts';
import type { Command } from '../command.ts';
import { VERDICT_CODES } from '../exit-codes.ts';
import { judgedOutcome } from '../../report/markdown/outcome.ts';
import { OUTPUT_HELP, OUTPUT_OPTIONS, publish, readOutputs } from '../output/publish.ts';
import { parseSubject } from '../parse-options.ts';
import { buildThresholds, readConfig } from '../server/analysis-request.ts';
import { createLifecycleClient } from '../server/lifecycle-client.ts';
import { readServerOptions, SERVER_OPTIONS } from '../server/server-options.ts';
import { withNumbers } from '../server/show-analysis.ts';
import { hasColour, note, widthOf } from '../terminal.ts';
import { SERVER_HELP } from './connect.ts';

type Request = components['schemas']['RejudgeRequest'];

const OPTIONS = {
  config: { type: 'string' },
  judge: { type: 'string' },
  pass: { type: 'string' },
  marginal: { type: 'string' },
  ...OUTPUT_OPTIONS,
  ...SERVER_OPTIONS,
} as const;

export const rejudgeCommand: Command = {
  help: `Usage: canary rejudge ID [--config NAME|FILE] [--judge NAME] [OPTIONS]

Judges the series of an analysis that has ended again, and stores the new judgement beside its verdict, which stays.
Nothing is fetched. Without an option it is judged as it was, by the version that the server has now.

  --config NAME|FILE   another config; a file when it holds a slash or ends in .json, .yaml, .yml
  --judge NAME         another judge
  --pass N --marginal N     thresholds instead of the config's
${OUTPUT_HELP}

${SERVER_HELP}

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 it could not be judged.
`,
  async run(args) {
    const what = 'the id of an analysis';
    const { subject: id, values } = parseSubject('rejudge', what, OPTIONS, args);
    const outputs = readOutputs(values, 'canary rejudge');
    const connection = await readServerOptions(values);
    const thresholds = buildThresholds(undefined, values);
    const request = {
      ...(values.config === undefined ? {} : { config: await readConfig(values.config) }),
      ...(values.judge === undefined ? {} : { judge: values.judge }),
      ...(Object.keys(thresholds).length === 0 ? {} : { thresholds }),
    } as Request;
    const onRetry = (why: string) => note(`canary: ${why}; trying again`);
    const made = await createLifecycleClient({ ...connection, onRetry }).rejudge(id, request);
    const judgement = withNumbers(made.judgement);
    const outcome = judgedOutcome(made.config, judgement);
    const text = renderText(outcome, { colour: hasColour(), width: widthOf(process.stdout) });
    await publish(outputs, { outcome, text, json: made });
    return VERDICT_CODES[judgement.verdict];
  },
};
