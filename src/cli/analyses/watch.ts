import type { Command } from '../command.ts';
import { OUTPUT_HELP, OUTPUT_OPTIONS, readOutputs } from '../output/publish.ts';
import { parseSubject, readDuration } from '../parse-options.ts';
import { createProgress } from '../server/progress.ts';
import { SERVER_OPTIONS } from '../server/server-options.ts';
import { waitForVerdict } from '../server/wait-for-verdict.ts';
import { connect, SERVER_HELP } from './connect.ts';

const OPTIONS = {
  ...OUTPUT_OPTIONS,
  ...SERVER_OPTIONS,
  timeout: { type: 'string' },
  'cancel-on-interrupt': { type: 'boolean' },
} as const;

export const watchCommand: Command = {
  help: `Usage: canary watch ID [OPTIONS]

Waits for the end of an analysis that is there and shows the verdict, as "canary analyze" does.

  --timeout D               stop waiting after this time; the analysis goes on
  --cancel-on-interrupt     SIGINT and SIGTERM cancel the analysis
${OUTPUT_HELP}

${SERVER_HELP}

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict.
`,
  async run(args) {
    const what = 'the id of an analysis';
    const { subject: id, values } = parseSubject('watch', what, OPTIONS, args);
    const outputs = readOutputs(values, 'canary watch');
    const timeout = values.timeout === undefined ? [] : [readDuration('timeout', values.timeout)];
    const progress = createProgress(process.stderr);
    const onRetry = (why: string) => progress.note(`canary: ${why}; trying again`);
    try {
      const { client, server } = await connect(values, onRetry);
      const waiting = {
        server,
        client,
        progress,
        outputs,
        subject: `analysis ${id}`,
        timeout: timeout.map((ms) => AbortSignal.timeout(ms)),
        wait: true,
        cancelOnInterrupt: values['cancel-on-interrupt'] === true,
        comeBack: `"canary watch ${id}" comes back to it`,
      };
      return await waitForVerdict(waiting, (signal) => client.read(id, 0, signal));
    } finally {
      progress.end();
    }
  },
};
