import type { Judgement } from '../../model/judgement/judgement.ts';
import { renderText } from '../../report/text.ts';
import type { Command } from '../command.ts';
import { VERDICT_CODES } from '../exit-codes.ts';
import { judgedOutcome } from '../../report/markdown/outcome.ts';
import {
  OUTPUT_HELP,
  OUTPUT_OPTIONS,
  publish,
  publishFault,
  readOutputs,
} from '../output/publish.ts';
import { parseWords, usageFault } from '../parse-options.ts';
import { createAccountClient } from '../server/account-client.ts';
import { buildRequest } from '../server/analysis-request.ts';
import { REACH_HELP, REACH_OPTIONS, reachService } from '../server/reach-service.ts';
import { withNumbers } from '../server/show-analysis.ts';
import { hasColour, noteWarnings, widthOf } from '../terminal.ts';
import { PAST_HELP, PAST_OPTIONS, pastWindow } from './past-window.ts';
import { SIDES_HELP, SIDES_OPTIONS } from './sides-options.ts';

const OPTIONS = {
  ...SIDES_OPTIONS,
  ...PAST_OPTIONS,
  ...REACH_OPTIONS,
  pass: { type: 'string' },
  marginal: { type: 'string' },
  ...OUTPUT_OPTIONS,
} as const;

export const tryCommand: Command = {
  help: `Usage: canary try CONFIG --baseline SCOPE --canary SCOPE [--last 1h] [OPTIONS]
       canary try CONFIG --request FILE [--last 1h] [OPTIONS]

Judges the whole config on the past, as an analysis would, at once. Nothing is stored, nobody is told.

${SIDES_HELP}
  --pass N --marginal N        thresholds instead of the config's

${PAST_HELP}

${REACH_HELP}

${OUTPUT_HELP}
                            the trial, as POST /api/v1/trials answers it

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict.
`,
  async run(args) {
    const { words, values } = parseWords('try', OPTIONS, args);
    const [config, ...others] = words;
    if (others.length > 0) throw usageFault('one config at a time is tried', 'canary try');
    const outputs = readOutputs(values, 'canary try');
    const { last, start, end, step, ...what } = values;
    const base = await buildRequest(
      { ...what, ...(config === undefined ? {} : { config }) },
      'canary try',
    );
    const past = { now: Date.now(), step: base.window?.step, command: 'canary try' };
    const { callbacks: _, labels: _labels, ...request } = base;
    const window = pastWindow({ last, start, end, step }, past);
    const subject = typeof request.config === 'string' ? request.config : request.config.name;
    const service = await reachService(values, 'canary try');
    try {
      const trial = await createAccountClient(service).tryAnalysis({ ...request, window });
      noteWarnings(trial.warnings);
      const judgement: Judgement = withNumbers(trial.judgement);
      const outcome = judgedOutcome(trial.config, judgement);
      const text = renderText(outcome, { colour: hasColour(), width: widthOf(process.stdout) });
      await publish(outputs, { outcome, text, json: trial });
      return VERDICT_CODES[judgement.verdict];
    } catch (thrown) {
      await publishFault(outputs, { subject, thrown });
      throw thrown;
    } finally {
      await service.close();
    }
  },
};
