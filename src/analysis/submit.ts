import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import { Fault, toFault } from '../errors.ts';
import type { Analysis, AnalysisSnapshot } from '../model/analysis.ts';
import type { Queue } from '../queue/queue.ts';
import type { Sources } from '../sources/registry.ts';
import type { Log } from '../telemetry.ts';
import { nudge } from './nudge.ts';
import { observe } from './observe.ts';
import { fillOutbox } from './outbox.ts';
import { intervalAt } from './plan-intervals.ts';
import { planRequests } from './series-requests.ts';
import { takeSnapshot, type AnalysisRequest, type SnapshotDependencies } from './snapshot.ts';

export interface SubmitDependencies extends SnapshotDependencies {
  queue: Queue;
  sources: Sources;
  /** Public address of this service, without a slash at the end; known once it listens. */
  baseUrl(): string;
  log: Log;
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
  const { store, queue, log, now } = dependencies;
  return async (request, idempotencyKey) => {
    const at = now();
    const snapshot = await takeSnapshot(request, at, dependencies);
    const analysis: Analysis = {
      id: ulid(at),
      state: 'queued',
      createdAt: at,
      snapshot,
      sequence: 0,
    };
    const first = { id: ulid(at), analysisId: analysis.id, ...intervalAt(snapshot.window, 1) };
    checkQueries(snapshot, dependencies.sources);
    const outbox = fillOutbox(analysis, [{ type: 'analysis.started' }], {
      baseUrl: dependencies.baseUrl(),
      at,
    });
    const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
    const stored = await store.analyses.create(
      {
        ...analysis,
        sequence: outbox.sequence,
        ...(idempotencyKey === undefined
          ? {}
          : { idempotency: { key: idempotencyKey, requestHash } }),
      },
      first,
      outbox.deliveries,
    );
    if (!stored.created) return answerEarlier(stored, requestHash, idempotencyKey);
    observe(snapshot, dependencies.sources);
    await nudge(queue, log, now(), { executions: [first], deliveries: outbox.deliveries });
    return { id: analysis.id, created: true };
  };
}

function answerEarlier(
  stored: { id: string; requestHash: string },
  requestHash: string,
  key = '',
): Submitted {
  if (stored.requestHash === requestHash) return { id: stored.id, created: false };
  throw new Fault(
    'idempotency-conflict',
    `the idempotency key "${key}" was used for analysis ${stored.id} with another body: use a new key for a new request`,
  );
}

/** A query that can never be sent is refused now, not at the first look. */
function checkQueries(snapshot: AnalysisSnapshot, sources: Sources): void {
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
