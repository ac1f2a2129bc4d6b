import type { FaultContext, RawCall, ReadCall } from '../../http/dialect.ts';
import type { Answer, Call } from '../../http/operation.ts';
import { problemAnswer, statusOf } from '../../http/problem.ts';
import { Fault } from '../../errors.ts';
import { gateAnswer } from './answer.ts';
import type { Gate } from './gate.ts';
import type { Keeper } from './keeper.ts';
import { keyOf, readGateCall, requestOf, type GateParameters } from './parameters.ts';

/** A rollout that is tried again asks with the same key: soon after the answer it is a new question. */
const KEPT_MS = 5 * 60_000;

/** Asking again will not help. Argo takes every other status than 2xx for an outage, and asks again. */
const FINAL_REFUSALS = new Set([400, 404, 409, 413, 415]);

/** Argo Rollouts' `web` provider. */
export function createArgoGate(keeper: Keeper, now: () => number): Gate {
  const ask = async ({ parameters }: Call): Promise<Answer> => {
    const given = parameters as GateParameters;
    const view = await keeper.ask({ gate: 'argo', key: keyOf(given), request: requestOf(given) });
    if (view.word === 'running') return gateAnswer(503, view);
    if (view.attempt.expiresAt === undefined) await keeper.expire(view.attempt, now() + KEPT_MS);
    return gateAnswer(200, view);
  };
  return { handlers: { askArgoGate: ask, readArgoGate: ask }, read, formatFault };
}

/** A GET that starts something: a page of another site could have a browser send it, which says so. */
async function read(call: RawCall): Promise<ReadCall> {
  const { 'sec-fetch-site': site = 'none' } = call.request.headers;
  if (site === 'none' || site === 'same-origin') return readGateCall(call);
  throw new Fault('forbidden', 'a page of another site may not start anything here');
}

function formatFault(fault: Fault, { requestId }: FaultContext): Answer {
  if (!FINAL_REFUSALS.has(statusOf(fault))) return problemAnswer(fault, requestId);
  const { message: reason } = fault;
  return { status: 200, json: { verdict: 'error', score: null, reason, report: null } };
}
