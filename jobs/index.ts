import type { RunExecution } from '../src/analysis/run/run-execution.ts';
import type { Processors } from '../src/queue/queue.ts';
import { createDeliverWebhook, type DeliverWebhookDependencies } from './deliver-webhook.ts';
import { createJudgeExecution } from './judge-execution.ts';

export interface JobDependencies extends DeliverWebhookDependencies {
  runExecution: RunExecution;
}

/** Every job name with its processor; the type refuses a missing or a double name. */
export function createProcessors(dependencies: JobDependencies): Processors {
  return {
    'judge-execution': createJudgeExecution(dependencies.runExecution),
    'deliver-webhook': createDeliverWebhook(dependencies),
  };
}
