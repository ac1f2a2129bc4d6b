import { Fault, toFault, type FaultCode, type FaultDetails } from '../errors.ts';

/** A Fault as it passes from thread to thread, where an instance of a class would lose its members. */
export interface CarriedFault {
  code: FaultCode;
  message: string;
  details: Omit<FaultDetails, 'cause'>;
  /** Of an error that nobody foresaw: for the log. */
  stack?: string | undefined;
}

export function carryFault(thrown: unknown): CarriedFault {
  const fault = toFault(thrown);
  const { code, message, subject, retryable, violations, http } = fault;
  const details = {
    retryable,
    violations,
    ...(subject === undefined ? {} : { subject }),
    ...(http === undefined ? {} : { http }),
  };
  if (code !== 'internal') return { code, message, details };
  return { code, message, details, stack: thrown instanceof Error ? thrown.stack : undefined };
}

export function readFault({ code, message, details, stack }: CarriedFault): Fault {
  if (stack === undefined) return new Fault(code, message, details);
  const cause = new Error(message);
  cause.stack = stack;
  return new Fault(code, message, { ...details, cause });
}
