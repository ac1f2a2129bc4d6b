import { problemAnswer } from '../../http/problem.ts';
import { gateAnswer } from './answer.ts';
import type { Gate, GateWord } from './gate.ts';
import type { Keeper } from './keeper.ts';
import { keyOf, readGateCall, requestOf, type GateParameters } from './parameters.ts';

/** `curl --retry` asks again after 503, also by POST, and `--fail` ends with 22 at 403. Never 202: that is a success. */
const STATUSES: Record<GateWord, number> = {
  running: 503,
  pass: 200,
  marginal: 403,
  fail: 403,
  undecided: 403,
  nodata: 403,
  error: 403,
};

/** One line of curl in a job. */
export function createCiGate(keeper: Keeper): Gate {
  return {
    handlers: {
      async askCiGate({ parameters }) {
        const given = parameters as GateParameters;
        const view = await keeper.ask({ gate: 'ci', key: keyOf(given), request: requestOf(given) });
        return gateAnswer(STATUSES[view.word], view);
      },
    },
    read: readGateCall,
    formatFault: (fault, { requestId }) => problemAnswer(fault, requestId),
  };
}
