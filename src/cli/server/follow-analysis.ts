import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../../model/analysis.ts';
import type { components } from '../../openapi.d.ts';
import type { ApiClient } from './api-client.ts';
import type { Progress } from './progress.ts';

type Analysis = components['schemas']['Analysis'];

const LONG_POLL_MS = 30_000;
/** A server that is stopping answers a long poll at once. */
const LEAST_PAUSE_MS = 1000;

/** Waits for the end by long polls; throws what aborts the signal. */
export async function followAnalysis(
  analysis: Analysis,
  { client, progress, signal }: { client: ApiClient; progress: Progress; signal: AbortSignal },
): Promise<Analysis> {
  let current = analysis;
  progress.show(current);
  while (!isFinal(current.state)) {
    const askedAt = performance.now();
    current = await client.read(current.id, LONG_POLL_MS, signal);
    progress.show(current);
    const tookMs = performance.now() - askedAt;
    if (!isFinal(current.state) && tookMs < LEAST_PAUSE_MS) {
      await sleep(LEAST_PAUSE_MS, undefined, { signal });
    }
  }
  return current;
}
