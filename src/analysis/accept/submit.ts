import { createHash } from 'node:crypto';
import { Fault, toFault } from '../../errors.ts';
import type { AnalysisSnapshot } from '../../model/analysis.ts';
import type { Sources } from '../../sources/registry.ts';
import type { Accept, AcceptedAnalysis } from './accept.ts';
import { intervalAt } from '../intervals.ts';
import {
  nameOfQuery,
  planRequests,
  sourceOf,
  type PlannedRequest,
} from '../run/series-requests.ts';
import { checkQueryTexts } from './check-query-texts.ts';
import { checkSidesDiffer } from './check-sides-differ.ts';
import { below } from './checked.ts';
import { invalidRequest } from './invalid-request.ts';
import { waitForSources } from './settle.ts';
import { takeSnapshot, type AnalysisRequest, type SnapshotDependencies } from './snapshot.ts';

export interface PrepareDependencies extends SnapshotDependencies {
  sources: Sources;
  now(): number;
}

export interface SubmitDependencies extends PrepareDependencies {
  accept: Accept;
}

export interface Submitted {
  id: string;
  /** False when an earlier request with the same idempotency key had made it. */
  created: boolean;
  /** Of a new one. */
  stored?: AcceptedAnalysis;
}

/** What a face adds that no request can say. */
export type Additions = Partial<Pick<AnalysisSnapshot, 'origin' | 'callbacks'>>;

export type Submit = (
  request: AnalysisRequest,
  idempotencyKey?: string,
  additions?: Additions,
) => Promise<Submitted>;

/** Checks a request as a submission does and answers what would be frozen; stores nothing. */
export type Prepare = (request: AnalysisRequest) => Promise<AnalysisSnapshot>;

export function createPrepare(dependencies: PrepareDependencies): Prepare {
  return (request) => prepare(request, dependencies.now(), dependencies);
}

/**
 * Accepts an analysis: everything is checked, frozen and stored before the answer, then the queue is nudged. A
 * key that was used is looked up before all that: what the first request needed may be gone since.
 */
export function createSubmit(dependencies: SubmitDependencies): Submit {
  const { accept, store, now } = dependencies;
  return async (request, idempotencyKey, { origin, callbacks = [] } = {}) => {
    const at = now();
    const idempotency =
      idempotencyKey === undefined
        ? undefined
        : { key: idempotencyKey, requestHash: hash(request) };
    if (idempotency !== undefined) {
      const earlier = await store.analyses.byIdempotencyKey(idempotency.key);
      if (earlier !== undefined) return answerEarlier(earlier, idempotency);
    }
    const snapshot = await prepare(request, at, dependencies);
    const added = {
      callbacks: [...snapshot.callbacks, ...callbacks],
      ...(origin === undefined ? {} : { origin }),
    };
    const accepted = await accept({ ...snapshot, ...added }, at, idempotency);
    if (accepted.created || idempotency === undefined) return accepted;
    return answerEarlier(accepted, idempotency);
  };
}

async function prepare(
  request: AnalysisRequest,
  at: number,
  dependencies: PrepareDependencies,
): Promise<AnalysisSnapshot> {
  const { sources } = dependencies;
  const taken = await takeSnapshot(request, at, dependencies);
  const snapshot = await withQueriesChecked(taken, sources);
  checkSidesDiffer(snapshot, dependencies);
  return request.window?.settle === undefined ? waitForSources(snapshot, sources, at) : snapshot;
}

function hash(request: AnalysisRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}

function answerEarlier(
  stored: { id: string; requestHash: string },
  { key, requestHash }: { key: string; requestHash: string },
): Submitted {
  if (stored.requestHash === requestHash) return { id: stored.id, created: false };
  throw new Fault(
    'idempotency-conflict',
    `the idempotency key "${key}" was used for analysis ${stored.id} with another body: use a new key for a new request`,
  );
}

async function withQueriesChecked(
  snapshot: AnalysisSnapshot,
  sources: Sources,
): Promise<AnalysisSnapshot> {
  const { config, account, window, warnings = [] } = snapshot;
  const checked = below(
    '/config',
    await checkQueryTexts(
      config.metrics.map((metric, index) => ({ metric, index })),
      {
        sourceFor: (query, metric) => sourceOf(query, metric, account, sources),
        stepSeconds: window.stepSeconds,
      },
    ),
  );
  if (checked.violations.length > 0) throw invalidRequest(checked.violations);
  checkQueries(snapshot, sources);
  if (checked.warnings.length === 0) return snapshot;
  return { ...snapshot, warnings: [...warnings, ...checked.warnings] };
}

/** Queries that can never be sent are refused now, not at the first look. */
export function checkQueries(snapshot: AnalysisSnapshot, sources: Sources): void {
  const planned = planRequests(snapshot, intervalAt(snapshot.window, 1), sources);
  const faults = planned.flatMap(({ source, request, ...place }) => {
    try {
      source.describe(request);
      return [];
    } catch (error) {
      return [ofQuery(place, toFault(error))];
    }
  });
  const [first] = faults;
  if (first === undefined) return;
  const violations = faults.flatMap((fault) => fault.violations);
  throw new Fault(first.code, first.message, { cause: first, violations });
}

/** The same fault of a query by the name that its author knows it by. */
function ofQuery(
  place: Pick<PlannedRequest, 'metric' | 'side' | 'queryName' | 'purpose'>,
  fault: Fault,
): Fault {
  const message = `${nameOfQuery(place)}: ${fault.message}`;
  return new Fault(fault.code, message, { cause: fault, violations: [{ pointer: '', message }] });
}
