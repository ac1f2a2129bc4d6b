import type { RunExecution } from './run-execution.ts';

/** Lets an operator stop judging in this process without stopping the process. */
export interface ProcessingSwitch {
  set(enabled: boolean): void;
  isOn(): boolean;
  /** The same work, but put off while the switch is off. */
  gate(run: RunExecution): RunExecution;
}

const ASK_AGAIN_MS = 1000;

export function createProcessingSwitch(): ProcessingSwitch {
  let isOn = true;
  return {
    set(enabled) {
      isOn = enabled;
    },
    isOn: () => isOn,
    gate: (run) => async (id, signal) => (isOn ? run(id, signal) : { againInMs: ASK_AGAIN_MS }),
  };
}
