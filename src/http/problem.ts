import { STATUS_CODES } from 'node:http';
import type { Fault, FaultCode } from '../errors.ts';
import type { Answer } from './operation.ts';

/** The only place where a fault gets an HTTP status; everything else is 500. */
const STATUSES: Partial<Record<FaultCode, number>> = {
  'invalid-request': 400,
  'invalid-config': 400,
  'invalid-query': 400,
  'invalid-formula': 400,
  'unknown-account': 400,
  'unknown-judge': 400,
  'unknown-secret': 400,
  'address-refused': 400,
  'source-refused': 400,
  'source-limit': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'route-not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'not-enough-history': 409,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'idempotency-conflict': 422,
  'source-answer': 502,
  'source-unavailable': 502,
  'judge-crashed': 503,
  'shutting-down': 503,
  'store-unavailable': 503,
  'deadline-exceeded': 504,
  'store-full': 507,
};

export function statusOf({ code }: Fault): number {
  return STATUSES[code] ?? 500;
}

/** RFC 9457 problem details. An unexpected error is answered without its message, which may tell too much. */
export function problemAnswer(fault: Fault, requestId: string): Answer {
  const status = statusOf(fault);
  const detail =
    fault.code === 'internal'
      ? `an unexpected error, which the log describes under request id ${requestId}`
      : fault.message;
  return {
    status,
    text: {
      type: 'application/problem+json',
      content: JSON.stringify({
        type: `urn:canary-verdict:fault:${fault.code}`,
        title: STATUS_CODES[status],
        status,
        detail,
        code: fault.code,
        requestId,
        ...(fault.violations.length > 0 ? { violations: fault.violations } : {}),
      }),
    },
    headers: status === 401 ? { 'www-authenticate': 'Bearer' } : {},
  };
}
