import { describe, type TestContext } from 'node:test';
import type { Concurrency, Processors, Queue } from '../../src/queue/queue.ts';
import type { RetryPolicy } from '../../src/queue/retry.ts';
import { createTelemetry, type Log } from '../../src/telemetry.ts';
import { closingPromises } from './queue/closing.ts';
import { failingPromises } from './queue/failing.ts';
import { runningPromises } from './queue/running.ts';

export interface QueueSettings {
  concurrency: Concurrency;
  log: Log;
  retry: RetryPolicy;
}

const SETTINGS: QueueSettings = {
  concurrency: { 'judge-execution': 4, 'deliver-webhook': 4 },
  log: createTelemetry({ level: 'silent' }).log,
  retry: { attempts: 3, backoffMs: 10 },
};

/** Opens a fresh, empty queue that is closed at the end of the test. */
export type OpenQueue = (test: TestContext, settings?: Partial<QueueSettings>) => Queue;

/** What every queue promises. `create` answers an empty queue at each call. */
export function queueContract(
  name: string,
  create: (settings: QueueSettings) => Queue,
  skip: string | false = false,
): void {
  describe(`queue contract: ${name}`, { skip }, () => {
    const open = opener(create);
    runningPromises(open);
    failingPromises(open);
    closingPromises(open);
  });
}

function opener(create: (settings: QueueSettings) => Queue): OpenQueue {
  return (test, settings = {}) => {
    const queue = create({ ...SETTINGS, ...settings });
    test.after(() => queue.close(0));
    return queue;
  };
}

const nothing = async (): Promise<void> => undefined;

/** Processors that do nothing, but for the given ones. */
export function processorsWith(given: Partial<Processors>): Processors {
  return { 'judge-execution': nothing, 'deliver-webhook': nothing, ...given };
}
