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
  'request-too-slow': 408,
  conflict: 409,
  'not-enough-history': 409,
  'precondition-failed': 412,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'host-refused': 421,
  'idempotency-conflict': 422,
  'too-many-requests': 429,
  'headers-too-large': 431,
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

/** What an answer says of a fault. An unexpected error is told without its message, which may tell too much. */
export function detailOf({ code, message }: Fault, requestId: string): string {
  if (code !== 'internal') return message;
  return `an unexpected error, which the log describes under request id ${requestId}`;
}

/** What clients are told in headers, in whatever form the rest of the answer is. */
export function headersOf(fault: Fault): Record<string, string> {
  const status = statusOf(fault);
  // only Bearer: asked for Basic, browsers would keep a token and send it with every request from then on
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  if (status !== 429) return {};
  return { 'retry-after': String(Math.max(1, Math.ceil((fault.retryAfterMs ?? 0) / 1000))) };
}

/** RFC 9457 problem details. */
export function problemAnswer(fault: Fault, requestId: string): Answer {
  const status = statusOf(fault);
  return {
    status,
    text: {
      type: 'application/problem+json',
      content: JSON.stringify({
        type: `urn:canary-verdict:fault:${fault.code}`,
        title: STATUS_CODES[status],
        status,
        detail: detailOf(fault, requestId),
        code: fault.code,
        requestId,
        ...(fault.violations.length > 0 ? { violations: fault.violations } : {}),
      }),
    },
  };
}
