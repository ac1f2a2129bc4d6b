/**
 * Every way this service can refuse or fail, by stable code. The page `docs/reference/errors.md` has a row for
 * each; a test keeps the two equal. HTTP statuses are chosen in `http/problem`, retries by `retryable`.
 */
export type FaultCode =
  // the request
  | 'invalid-request'
  | 'invalid-config'
  | 'invalid-query'
  | 'invalid-formula'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'headers-too-large'
  | 'request-too-slow'
  | 'host-refused'
  | 'too-many-requests'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'route-not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'precondition-failed'
  | 'idempotency-conflict'
  | 'not-enough-history'
  | 'unknown-account'
  | 'unknown-judge'
  | 'unknown-secret'
  // the world outside
  | 'address-refused'
  | 'source-unavailable'
  | 'source-refused'
  | 'source-answer'
  | 'source-limit'
  | 'deadline-exceeded'
  | 'webhook-failed'
  | 'remote-judge-failed'
  // this service
  | 'attempts-exhausted'
  | 'cancelled'
  | 'judge-crashed'
  | 'bad-configuration'
  | 'data-directory-locked'
  | 'schema-too-new'
  | 'store-full'
  | 'store-unavailable'
  | 'queue-unavailable'
  | 'shutting-down'
  | 'internal';

/** One violated rule of a request body or file: where (RFC 6901 pointer), what, and what to do. */
export interface Violation {
  pointer: string;
  message: string;
}

/** A call to the outside that went wrong, as far as anybody may read it: no header, no secret of the address. */
export interface HttpExchange {
  method: string;
  url: string;
  /** Of the answer; absent when no whole answer came. */
  status?: number;
}

export interface FaultDetails {
  /** Who or what the fault is about: `source "prod-prom"`, `metric "latency p99"`. */
  subject?: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  retryable?: boolean;
  /** How long the other side asked us to wait, in milliseconds. */
  retryAfterMs?: number;
  violations?: Violation[];
  /** The call that went wrong; that of `cause` unless given. */
  http?: HttpExchange | undefined;
  cause?: unknown;
}

/**
 * The one error type of the service. Message grammar: who did what to which, why, and what to do;
 * lower case, no secret, no stack.
 */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly subject: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly violations: Violation[];
  readonly http: HttpExchange | undefined;

  constructor(code: FaultCode, message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Fault';
    this.code = code;
    this.subject = details.subject;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.violations = details.violations ?? [];
    this.http = details.http ?? (details.cause instanceof Fault ? details.cause.http : undefined);
  }

  /** The same fault in other words. */
  withMessage(message: string, http = this.http): Fault {
    const { code, subject, retryable, retryAfterMs, violations } = this;
    return new Fault(code, message, {
      retryable,
      violations,
      cause: this,
      http,
      ...(subject === undefined ? {} : { subject }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

/** Wraps anything thrown as a Fault, so that callers can rely on a code. Unknown errors become `internal`. */
export function toFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Fault('internal', message, { cause: thrown });
}

/** A Fault as stored and shown: code, message, subject and call, never a stack or a cause. */
export interface Failure {
  code: FaultCode;
  message: string;
  subject?: string;
  http?: HttpExchange;
}

export function toFailure(thrown: unknown): Failure {
  const { code, message, subject, http } = toFault(thrown);
  return {
    code,
    message,
    ...(subject === undefined ? {} : { subject }),
    ...(http === undefined ? {} : { http }),
  };
}
