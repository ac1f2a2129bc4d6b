import type { Command } from '../command.ts';
import { OUTPUT_HELP, OUTPUT_OPTIONS, readOutputs } from '../output/publish.ts';
import { parseSubject, readDuration } from '../parse-options.ts';
import { createApiClient } from '../server/api-client.ts';
import { createLifecycleClient } from '../server/lifecycle-client.ts';
import { createProgress } from '../server/progress.ts';
import { readServerOptions, SERVER_OPTIONS } from '../server/server-options.ts';
import { waitForVerdict } from '../server/wait-for-verdict.ts';
import { SERVER_HELP } from './connect.ts';

const OPTIONS = {
  ...OUTPUT_OPTIONS,
  ...SERVER_OPTIONS,
  timeout: { type: 'string' },
  'no-wait': { type: 'boolean' },
} as const;

export const concludeCommand: Command = {
  help: `Usage: canary conclude ID [OPTIONS]

Ends an analysis now, with a verdict from the data so far, and shows it. The verdict tells who asked for it: the server
wants a token.

  --timeout D               stop waiting for the verdict after this time
  --no-wait                 end with 0 once the server has taken it
${OUTPUT_HELP}

${SERVER_HELP}

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict.
`,
  async run(args) {
    const what = 'the id of an analysis';
    const { subject: id, values } = parseSubject('conclude', what, OPTIONS, args);
    const outputs = readOutputs(values, 'canary conclude');
    const timeout = values.timeout === undefined ? [] : [readDuration('timeout', values.timeout)];
    const connection = await readServerOptions(values);
    const progress = createProgress(process.stderr);
    const onRetry = (why: string) => progress.note(`canary: ${why}; trying again`);
    const lifecycle = createLifecycleClient({ ...connection, onRetry });
    try {
      const waiting = {
        server: connection.server,
        client: createApiClient({ ...connection, onRetry }),
        progress,
        outputs,
        subject: `analysis ${id}`,
        timeout: timeout.map((ms) => AbortSignal.timeout(ms)),
        wait: values['no-wait'] !== true,
        cancelOnInterrupt: false,
        comeBack: `"canary watch ${id}" comes back to it`,
      };
      return await waitForVerdict(waiting, (signal) => lifecycle.conclude(id, signal));
    } finally {
      progress.end();
    }
  },
};
