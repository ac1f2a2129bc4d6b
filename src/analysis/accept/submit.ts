import { createHash } from 'node:crypto';
import { Fault, toFault } from '../../errors.ts';
import type { AnalysisSnapshot } from '../../model/analysis.ts';
import type { Sources } from '../../sources/registry.ts';
import type { Accept, Accepted } from './accept.ts';
import { intervalAt } from '../intervals.ts';
import { planRequests } from '../run/series-requests.ts';
import { checkSidesDiffer } from './check-sides-differ.ts';
import { takeSnapshot, type AnalysisRequest, type SnapshotDependencies } from './snapshot.ts';

export interface SubmitDependencies extends SnapshotDependencies {
  accept: Accept;
  sources: Sources;
  now(): number;
}

export interface Submitted {
  id: string;
  /** False when an earlier request with the same idempotency key had made it. */
  created: boolean;
}

export type Submit = (request: AnalysisRequest, idempotencyKey?: string) => Promise<Submitted>;

/** Accepts an analysis: everything is checked, frozen and stored before the answer, then the queue is nudged. */
export function createSubmit(dependencies: SubmitDependencies): Submit {
  const { accept, sources, now } = dependencies;
  return async (request, idempotencyKey) => {
    const at = now();
    const snapshot = await takeSnapshot(request, at, dependencies);
    checkQueries(snapshot, sources);
    checkSidesDiffer(snapshot, dependencies);
    if (idempotencyKey === undefined) return accept(snapshot, at);
    const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
    const idempotency = { key: idempotencyKey, requestHash };
    const accepted = await accept(snapshot, at, idempotency);
    return accepted.created ? accepted : answerEarlier(accepted, idempotency);
  };
}

function answerEarlier(
  stored: Accepted & { created: false },
  { key, requestHash }: { key: string; requestHash: string },
): Submitted {
  if (stored.requestHash === requestHash) return { id: stored.id, created: false };
  throw new Fault(
    'idempotency-conflict',
    `the idempotency key "${key}" was used for analysis ${stored.id} with another body: use a new key for a new request`,
  );
}

/** A query that can never be sent is refused now, not at the first look. */
export function checkQueries(snapshot: AnalysisSnapshot, sources: Sources): void {
  for (const { source, request } of planRequests(
    snapshot,
    intervalAt(snapshot.window, 1),
    sources,
  )) {
    try {
      source.describe(request);
    } catch (error) {
      const fault = toFault(error);
      throw new Fault(fault.code, `metric "${request.metric}", ${request.side}: ${fault.message}`, {
        cause: fault,
        violations: fault.violations,
      });
    }
  }
}
