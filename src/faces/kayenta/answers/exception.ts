import { STATUS_CODES } from 'node:http';
import type { Failure, FaultCode, HttpExchange } from '../../../errors.ts';
import type { Execution } from '../../../model/analysis.ts';
import type { components } from '../../../openapi.d.ts';
import type { CanaryRun } from './canary-run.ts';
import { showable } from '../../../model/time-limits.ts';

type Exception = components['schemas']['KayentaException'];

/** Failures that have always been called so; those of earlier versions do not tell their call. */
const HTTP_CODES: FaultCode[] = ['source-unavailable', 'source-refused', 'deadline-exceeded'];

/** Why a canary ended without a result; undefined when it has one, or is still on its way. */
export function formatException({ execution, config }: CanaryRun): Exception | undefined {
  const { failure, endedAt } = execution;
  if (failure === undefined) return undefined;
  if (failure.code === 'cancelled') return { details: { errors: [failure.message] } };
  const { http } = failure;
  const isHttp = http !== undefined || HTTP_CODES.includes(failure.code);
  const exceptionType = isHttp ? 'SpinnakerHttpException' : 'IllegalArgumentException';
  const message =
    failure.code === 'unknown-judge'
      ? `Unable to resolve canary judge '${config.judge?.name ?? ''}'.`
      : failure.message;
  return {
    exceptionType,
    operation: operationOf(execution, config),
    details: {
      error: titleOf(failure),
      errors: [message],
      stackTrace: `${exceptionType}: ${message}`,
      ...(http === undefined ? {} : { ...http, kind: kindOf(http) }),
    },
    shouldRetry: false,
    timestamp: new Date(showable(endedAt ?? execution.dueAt)).toISOString().replace('Z', '+00:00'),
  };
}

function titleOf({ http }: Failure): string {
  const isRefusal = http !== undefined && kindOf(http) === 'HTTP';
  return (isRefusal && STATUS_CODES[http.status ?? 0]) || 'Unexpected Task Failure';
}

/** An answer that says no, none at all, or one that is not what was asked for. */
function kindOf({ status }: HttpExchange): 'HTTP' | 'NETWORK' | 'UNEXPECTED' {
  if (status === undefined) return 'NETWORK';
  return status < 200 || status > 299 ? 'HTTP' : 'UNEXPECTED';
}

/** Name of the task that failed, as Kayenta calls it. */
function operationOf({ failure }: Execution, { metrics = [] }: CanaryRun['config']): string {
  const step = failure?.step;
  if (step?.name === 'fetch') return `${metrics[step.metric]?.query?.type ?? 'metrics'}Fetch`;
  if (step?.name === 'pair') return 'metricSetMixer';
  return step?.name === 'judge' ? 'canaryJudge' : 'setupCanary';
}
