import type { Peers } from '../../store/peers/peers.ts';
import type { RunExecution } from './run-execution.ts';

/** Lets an operator stop judging, in all processes on the store, without stopping any. */
export interface ProcessingSwitch {
  set(enabled: boolean): Promise<void>;
  isOn(): boolean;
  /** The same work, but put off while the switch is off. */
  gate(run: RunExecution): RunExecution;
}

const ASK_AGAIN_MS = 1000;

export function createProcessingSwitch({ judging }: Pick<Peers, 'judging'>): ProcessingSwitch {
  return {
    ...judging,
    gate: (run) => async (id, signal) =>
      judging.isOn() ? run(id, signal) : { againInMs: ASK_AGAIN_MS },
  };
}
