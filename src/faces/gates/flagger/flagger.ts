import { invalidRequest } from '../../../analysis/accept/invalid-request.ts';
import type { Contract } from '../../../contract/contract.ts';
import type { Fault } from '../../../errors.ts';
import { readJsonBody } from '../../../http/body.ts';
import type { FaultContext, RawCall, ReadCall } from '../../../http/dialect.ts';
import type { Answer, Call } from '../../../http/operation.ts';
import { detailOf } from '../../../http/problem.ts';
import type { components } from '../../../openapi.d.ts';
import type { Gate } from '../gate.ts';
import type { Asked, GateView, Keeper } from '../keeper.ts';
import { checkParameters, requestOf } from '../parameters.ts';
import { HOOKS, startsAnalyses, stateOf, STATUSES, type Hook } from './hooks.ts';

type FlaggerHook = components['schemas']['FlaggerHook'];
type FlaggerCall = components['schemas']['FlaggerCall'];

const GATE = 'flagger';
/** An event of Kubernetes holds no more than 1024 bytes, and Flagger puts words of its own before these. */
const MAX_REASON_LENGTH = 400;

/** The webhooks of a Flagger canary. */
export function createFlaggerGate(keeper: Keeper, contract: Contract, now: () => number): Gate {
  return {
    handlers: {
      async askFlaggerGate(call) {
        const hook = call.parameters['hook'] as FlaggerHook;
        if (hook === 'confirm-rollout') {
          return line(200, 'nothing has been rolled out yet that could be judged');
        }
        const asked = askedBy(hook, call, contract);
        const found = await keeper.find(asked.key, GATE);
        const act = HOOKS[hook][stateOf(found)];
        const view = act === 'start' ? await keeper.start(asked, found?.attempt) : found;
        if (act !== 'start' && asked.request !== undefined) await keeper.ask(asked);
        if (hook === 'post-rollout' && view !== undefined) await end(view, act === 'cancel');
        return line(STATUSES[act], textOf(view));
      },
    },
    read,
    formatFault,
  };

  /** The rollout is over: the same checksum will be another one. */
  async function end({ attempt }: GateView, isLive: boolean): Promise<void> {
    if (isLive) await keeper.cancel(attempt);
    await keeper.expire(attempt, now());
  }
}

async function read(call: RawCall): Promise<ReadCall> {
  const { operation, contract, request, path, query, maxBodyBytes } = call;
  const raw = { path, query: {}, header: {} }; // those of the query are read with the metadata
  const { values, violations } = contract.readParameters(operation.id, raw);
  const body = await readJsonBody(request, maxBodyBytes);
  violations.push(...contract.checkBody(operation.id, body));
  if (violations.length > 0) throw invalidRequest(violations);
  return { parameters: { ...query, ...values }, body };
}

/** One canary of one cluster is one subject; each spec of it has a key, which returns when the spec does. */
function askedBy(hook: Hook, { parameters, body }: Call, contract: Contract): Asked {
  const { name, namespace, checksum, metadata } = body as FlaggerCall;
  const { hook: _of_the_path, ...query } = parameters;
  const { cluster, ...given } = { ...query, ...metadata } as Record<string, string>;
  const missing = Object.entries({ name, namespace, checksum }).filter(([, text]) => !text);
  if (missing.length > 0 || name === undefined || namespace === undefined) {
    const message = 'is required: this is no webhook of a Flagger that sends a checksum';
    throw invalidRequest(missing.map(([field]) => ({ pointer: `/${field}`, message })));
  }
  const subject = [...(cluster === undefined ? [] : [cluster]), namespace, name].join('/');
  const asked = { gate: GATE, key: `${subject}/${checksum}`, subject };
  if (!startsAnalyses(hook) || Object.keys(given).length === 0) return asked;
  if (given['key'] !== undefined) {
    const message = 'is made of namespace, name and checksum here; leave it out';
    throw invalidRequest([{ pointer: '/key', message }]);
  }
  const usual = { baseline: `${name}-primary`, canary: name, location: namespace };
  return { ...asked, request: requestOf({ ...usual, ...checkParameters(contract, given) }) };
}

function textOf(view: GateView | undefined): string {
  if (view === undefined || view.isExpired) return 'no analysis of this rollout was started yet';
  return `${cut(view.reason)} ${view.report}`;
}

/** Everything that goes wrong shuts the gate: Flagger loses the words of any other status. */
function formatFault(fault: Fault, { requestId }: FaultContext): Answer {
  return line(403, cut(detailOf(fault, requestId)));
}

function line(status: number, text: string): Answer {
  const content = `${text.replaceAll(/\s+/g, ' ').trim()}\n`;
  return { status, text: { type: 'text/plain; charset=utf-8', content } };
}

function cut(text: string): string {
  return text.length <= MAX_REASON_LENGTH ? text : `${text.slice(0, MAX_REASON_LENGTH - 1)}…`;
}
