import { randomUUID } from 'node:crypto';
import { buildRequest, REQUEST_OPTIONS } from './server/analysis-request.ts';
import { createApiClient } from './server/api-client.ts';
import type { Command } from './command.ts';
import { OUTPUT_HELP, OUTPUT_OPTIONS, readOutputs } from './output/publish.ts';
import { parseOptions, readDuration } from './parse-options.ts';
import { createProgress } from './server/progress.ts';
import {
  DEFAULT_RETRY,
  DEFAULT_SERVER,
  readServerOptions,
  SERVER_OPTIONS,
} from './server/server-options.ts';
import { waitForVerdict, type Waiting } from './server/wait-for-verdict.ts';
import { noteWarnings } from './terminal.ts';

const OPTIONS = {
  ...REQUEST_OPTIONS,
  ...SERVER_OPTIONS,
  'idempotency-key': { type: 'string' },
  timeout: { type: 'string' },
  'no-wait': { type: 'boolean' },
  'cancel-on-interrupt': { type: 'boolean' },
  ...OUTPUT_OPTIONS,
} as const;

export const analyzeCommand: Command = {
  help: `Usage: canary analyze --config NAME|FILE --baseline SCOPE --canary SCOPE [OPTIONS]

Submits an analysis to a server, waits for its end and shows the verdict. Results go to stdout,
progress to stderr.

What to judge:
  --config NAME|FILE        name of a stored config; a file when it holds a slash or ends in .json, .yaml, .yml
  --baseline SCOPE          the workload to compare with
  --canary SCOPE            the workload under judgement
  --parameter SIDE.K=V      variable of the queries of one side (baseline or canary); repeatable
  --account NAME            metric source of metrics that name none
  --pass N --marginal N     thresholds instead of the config's
  --request FILE            the whole request as JSON or YAML; the options go over it

When:
  --start T --end T         a window in the past: ISO 8601, now, now-3h
  --last D                  the same, from D ago to now
  --duration D              real time, from now or --start on
  --interval D              time between two looks        --warmup D   time left out at the start
  --lookback D              length of a sliding window    --step D     distance between two points

How:
  --server URL              default CANARY_URL, else ${DEFAULT_SERVER}
  --token-file FILE         bearer token; CANARY_TOKEN otherwise. Never an option: process lists show those
  --label K=V               to find the analysis again; repeatable
  --idempotency-key KEY     the same key and request attach to the analysis that is already there
  --timeout D               stop waiting after this time; the analysis goes on
  --retry-for D             how long to try while the server does not answer (${DEFAULT_RETRY})
  --no-wait                 submit, print the address, end with 0
  --cancel-on-interrupt     SIGINT and SIGTERM cancel the analysis
${OUTPUT_HELP}
                            the analysis, as the API answers it

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict.
`,
  async run(args) {
    const options = parseOptions('analyze', OPTIONS, args);
    const outputs = readOutputs(options, 'canary analyze');
    const connection = await readServerOptions(options);
    const timeout = options.timeout === undefined ? [] : [readDuration('timeout', options.timeout)];
    const request = await buildRequest(options);
    const progress = createProgress(process.stderr);
    const onRetry = (why: string) => progress.note(`canary: ${why}; trying again`);
    const key = options['idempotency-key'] ?? randomUUID();
    const client = createApiClient({ ...connection, onRetry });
    const waiting: Waiting = {
      server: connection.server,
      client,
      progress,
      outputs,
      subject: typeof request.config === 'string' ? request.config : request.config.name,
      timeout: timeout.map((ms) => AbortSignal.timeout(ms)),
      wait: options['no-wait'] !== true,
      cancelOnInterrupt: options['cancel-on-interrupt'] === true,
      comeBack: `the same options with --idempotency-key ${key} attach to it`,
    };
    try {
      return await waitForVerdict(waiting, async (signal) => {
        const analysis = await client.submit(request, key, signal);
        noteWarnings(analysis.warnings);
        return analysis;
      });
    } finally {
      progress.end();
    }
  },
};
