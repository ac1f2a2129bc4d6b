import { Fault } from '../../errors.ts';
import type { Answer, Call } from '../../http/operation.ts';
import { problemAnswer } from '../../http/problem.ts';
import { retryAfter } from './answer.ts';
import type { Gate } from './gate.ts';
import type { GateView, Keeper } from './keeper.ts';
import { keyOf, readGateCall, requestOf, type GateParameters } from './parameters.ts';

const GATE = 'spinnaker';

/** The webhook stage of Spinnaker's Orca: start, ask until it has ended, cancel. */
export function createSpinnakerGate(keeper: Keeper): Gate {
  const find = async ({ parameters }: Call): Promise<GateView> => {
    const key = keyOf(parameters as GateParameters);
    const view = await keeper.find(key, GATE);
    if (view !== undefined) return view;
    throw new Fault('not-found', `the key "${key}" has no analysis: start it by POST first`);
  };
  return {
    handlers: {
      async startSpinnakerGate({ parameters }) {
        const given = parameters as GateParameters;
        const key = keyOf(given);
        const view = await keeper.ask({ gate: GATE, key, request: requestOf(given) });
        // relative: the stage resolves it by the address that it knows this service by
        const location = `/gates/spinnaker?key=${encodeURIComponent(key)}`;
        return answer(201, view, { location });
      },
      readSpinnakerGate: async (call) => answer(200, await find(call)),
      async cancelSpinnakerGate(call) {
        await keeper.cancel((await find(call)).attempt);
        return answer(200, await find(call));
      },
    },
    read: readGateCall,
    formatFault: (fault, { requestId }) => problemAnswer(fault, requestId),
  };
}

function answer(status: number, view: GateView, headers: Record<string, string> = {}): Answer {
  const { word: verdict, score, reason, report } = view;
  const json = { verdict, progress: reason, score, reason, report };
  return { status, json, headers: { ...headers, ...retryAfter(view) } };
}
