import { createConclude, type ConcludeDependencies } from '../analysis/conclude.ts';
import { createReceiveMetrics } from '../analysis/push/receive-metrics.ts';
import {
  createReceiveSamples,
  type ReceiveSamplesDependencies,
} from '../analysis/push/receive-samples.ts';

/** What may happen to an analysis that runs, besides its looks. */
export function createWhileRunning(parts: ConcludeDependencies & ReceiveSamplesDependencies) {
  return {
    conclude: createConclude(parts),
    receiveMetrics: createReceiveMetrics(parts),
    receiveSamples: createReceiveSamples(parts),
  };
}
