import { Fault, toFault } from '../../errors.ts';
import type { components } from '../../openapi.d.ts';
import { publish, publishFault, type Output } from '../output/publish.ts';
import { note } from '../terminal.ts';
import type { ApiClient } from './api-client.ts';
import { followAnalysis } from './follow-analysis.ts';
import type { Progress } from './progress.ts';
import { outcomeOf, reportUrl, showAnalysis } from './show-analysis.ts';

type Analysis = components['schemas']['Analysis'];

export interface Waiting {
  server: string;
  client: ApiClient;
  progress: Progress;
  outputs: readonly Output[];
  /** Name of the config, or of whatever is known before the server has answered. */
  subject: string;
  /** None, or the one that ends the waiting. */
  timeout: AbortSignal[];
  /** False to end with 0 once there is an analysis. */
  wait: boolean;
  cancelOnInterrupt: boolean;
  /** How to come back to an analysis that this process leaves alone. */
  comeBack: string;
}

/**
 * Follows the analysis that `begin` submits or finds to its end and shows it; resolves with the exit code. An
 * interrupt and the end of `timeout` leave the analysis alone and throw, unless an interrupt is to cancel it.
 */
export async function waitForVerdict(
  waiting: Waiting,
  begin: (signal: AbortSignal) => Promise<Analysis>,
): Promise<number> {
  const { client, progress, server, subject } = waiting;
  const interrupted = interruption();
  const signal = AbortSignal.any([interrupted, ...waiting.timeout]);
  let analysis: Analysis | undefined;
  try {
    analysis = await begin(signal);
    if (!waiting.wait) return await showSubmitted(analysis, waiting);
    progress.note(`canary: report of analysis ${analysis.id}: ${reportUrl(analysis, server)}`);
    analysis = await followAnalysis(analysis, { client, progress, signal });
  } catch (error) {
    progress.end();
    if (analysis !== undefined && interrupted.aborted && waiting.cancelOnInterrupt) {
      return showAnalysis(await client.cancel(analysis.id), waiting);
    }
    const isLeft = analysis !== undefined || signal.aborted || toFault(error).retryable;
    if (isLeft) note(`canary: ${describeLeft(analysis, waiting)}`);
    const why = interrupted.aborted ? 'interrupted' : 'the time of --timeout is over';
    const thrown = signal.aborted
      ? new Fault('deadline-exceeded', `${why} before there was a verdict`, { cause: error })
      : error;
    const known = analysis && { id: analysis.id, reportUrl: reportUrl(analysis, server) };
    await publishFault(waiting.outputs, { subject, ...known, thrown });
    throw thrown;
  }
  progress.end();
  return showAnalysis(analysis, waiting);
}

/** What a reader should know of an analysis that this process leaves alone. */
function describeLeft(analysis: Analysis | undefined, { server, comeBack }: Waiting): string {
  return analysis === undefined
    ? `the analysis may have been submitted; ${comeBack}`
    : `analysis ${analysis.id} may go on without us at ${reportUrl(analysis, server)}; ${comeBack}`;
}

/** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

async function showSubmitted(analysis: Analysis, { server, outputs }: Waiting): Promise<number> {
  const text = `analysis ${analysis.id} submitted\n  report: ${reportUrl(analysis, server)}\n`;
  await publish(outputs, { outcome: outcomeOf(analysis, server), text, json: analysis });
  return 0;
}
