import type { Command } from '../command.ts';
import { OUTPUT_HELP, OUTPUT_OPTIONS, readOutputs } from '../output/publish.ts';
import { parseSubject } from '../parse-options.ts';
import { SERVER_OPTIONS } from '../server/server-options.ts';
import { showAnalysis } from '../server/show-analysis.ts';
import { connect, SERVER_HELP } from './connect.ts';

export const getCommand: Command = {
  help: `Usage: canary get ID [OPTIONS]

Shows an analysis as it stands, without waiting.

${OUTPUT_HELP}

${SERVER_HELP}

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict, or none yet.
`,
  async run(args) {
    const what = 'the id of an analysis';
    const options = { ...OUTPUT_OPTIONS, ...SERVER_OPTIONS };
    const { subject: id, values } = parseSubject('get', what, options, args);
    const outputs = readOutputs(values, 'canary get');
    const { client, server } = await connect(values);
    const analysis = await client.read(id, 0, new AbortController().signal);
    return showAnalysis(analysis, { server, outputs });
  },
};
