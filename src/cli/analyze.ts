import { randomUUID } from 'node:crypto';
import { Fault, toFault, type Failure } from '../errors.ts';
import type { Judgement } from '../model/judgement.ts';
import type { components } from '../openapi.d.ts';
import { renderText } from '../report/text.ts';
import { buildRequest, REQUEST_OPTIONS } from './server/analysis-request.ts';
import { createApiClient, type ApiClient } from './server/api-client.ts';
import type { Command } from './command.ts';
import { NO_VERDICT, VERDICT_CODES } from './exit-codes.ts';
import { followAnalysis } from './server/follow-analysis.ts';
import { parseOptions, readDuration } from './parse-options.ts';
import { createProgress, type Progress } from './server/progress.ts';
import {
  DEFAULT_RETRY,
  DEFAULT_SERVER,
  readServerOptions,
  SERVER_OPTIONS,
} from './server/server-options.ts';
import { hasColour, note, noteWarnings } from './terminal.ts';

type Analysis = components['schemas']['Analysis'];

const OPTIONS = {
  ...REQUEST_OPTIONS,
  ...SERVER_OPTIONS,
  'idempotency-key': { type: 'string' },
  timeout: { type: 'string' },
  'no-wait': { type: 'boolean' },
  'cancel-on-interrupt': { type: 'boolean' },
  json: { type: 'boolean' },
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
  --start T --end T         a window in the past, ISO 8601
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
  --json                    the analysis as the API answers it

Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict.
`,
  async run(args) {
    const options = parseOptions('analyze', OPTIONS, args);
    const connection = await readServerOptions(options);
    const timeout = options.timeout === undefined ? [] : [readDuration('timeout', options.timeout)];
    const request = await buildRequest(options);
    const progress = createProgress(process.stderr);
    const onRetry = (why: string) => progress.note(`canary: ${why}; trying again`);
    try {
      return await analyze({
        server: connection.server,
        client: createApiClient({ ...connection, onRetry }),
        progress,
        request,
        key: options['idempotency-key'] ?? randomUUID(),
        timeout: timeout.map((ms) => AbortSignal.timeout(ms)),
        wait: options['no-wait'] !== true,
        cancelOnInterrupt: options['cancel-on-interrupt'] === true,
        json: options.json === true,
      });
    } finally {
      progress.end();
    }
  },
};

interface Job {
  server: string;
  client: ApiClient;
  progress: Progress;
  request: components['schemas']['AnalysisRequest'];
  key: string;
  /** None, or the one that ends the waiting. */
  timeout: AbortSignal[];
  wait: boolean;
  cancelOnInterrupt: boolean;
  json: boolean;
}

async function analyze(job: Job): Promise<number> {
  const { client, progress, key } = job;
  const interrupted = interruption();
  const signal = AbortSignal.any([interrupted, ...job.timeout]);
  let analysis: Analysis | undefined;
  try {
    analysis = await client.submit(job.request, key, signal);
    noteWarnings(analysis.warnings);
    if (!job.wait) return showSubmitted(analysis, job);
    return conclude(await followAnalysis(analysis, { client, progress, signal }), job);
  } catch (error) {
    progress.end();
    if (analysis !== undefined && interrupted.aborted && job.cancelOnInterrupt) {
      return conclude(await client.cancel(analysis.id), job);
    }
    const isLeft = analysis !== undefined || signal.aborted || toFault(error).retryable;
    if (isLeft) note(`canary: ${describeLeft(analysis, job)}`);
    if (!signal.aborted) throw error;
    const why = interrupted.aborted ? 'interrupted' : 'the time of --timeout is over';
    throw new Fault('deadline-exceeded', `${why} before there was a verdict`, { cause: error });
  }
}

/** What a reader should know of an analysis that this process leaves alone. */
function describeLeft(analysis: Analysis | undefined, job: Job): string {
  const attach = `the same options with --idempotency-key ${job.key} attach to it`;
  return analysis === undefined
    ? `the analysis may have been submitted; ${attach}`
    : `analysis ${analysis.id} may go on without us at ${reportUrl(analysis, job)}; ${attach}`;
}

/** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

function showSubmitted(analysis: Analysis, job: Job): number {
  const { id } = analysis;
  const text = `analysis ${id} submitted\n  report: ${reportUrl(analysis, job)}\n`;
  process.stdout.write(job.json ? toJson(analysis) : text);
  return 0;
}

/** Shows how an analysis ended; without a verdict, whatever the reason, that is 3. */
function conclude(analysis: Analysis, job: Job): number {
  job.progress.end();
  const { judgement, failure, ...common } = analysis;
  const report = {
    ...common,
    ...(failure === undefined ? {} : { failure: failure as Failure }),
    ...(judgement === undefined ? {} : { judgement: withNumbers(judgement) }),
    reportUrl: reportUrl(analysis, job),
  };
  process.stdout.write(job.json ? toJson(analysis) : renderText(report, { colour: hasColour() }));
  return analysis.verdict === undefined ? NO_VERDICT : VERDICT_CODES[analysis.verdict];
}

/** Links may be paths, as the server need not know the address it is called by. */
function reportUrl({ links }: Analysis, { server }: Job): string {
  return links.report.startsWith('/') ? server + links.report : links.report;
}

/** On the wire a number that cannot be given is null, in the model NaN. */
function withNumbers(wire: components['schemas']['Judgement']): Judgement {
  return JSON.parse(JSON.stringify(wire), (_key, value: unknown) =>
    value === null ? Number.NaN : value,
  ) as Judgement;
}

function toJson(analysis: Analysis): string {
  return `${JSON.stringify(analysis, null, 2)}\n`;
}
