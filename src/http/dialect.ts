import type { IncomingMessage } from 'node:http';
import type { Contract, Operation } from '../contract/contract.ts';
import type { Fault } from '../errors.ts';
import type { Answer } from './operation.ts';

/** A request before anything of it has been read but its first line and headers. */
export interface RawCall {
  operation: Operation;
  contract: Contract;
  request: IncomingMessage;
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  maxBodyBytes: number;
}

export interface ReadCall {
  parameters: Record<string, unknown>;
  body: unknown;
}

/** What a fault's answer may tell of the request it answers. */
export interface FaultContext {
  requestId: string;
  /** Path of the request. */
  path: string;
  /** True when the request could not even be read. */
  unread: boolean;
}

/** The manners of one family of operations: how requests are read, and how answers are written. */
export interface Dialect {
  /** Reads parameters and body by the contract, strictly or leniently; throws a Fault. */
  read(call: RawCall): Promise<ReadCall>;
  formatFault(fault: Fault, context: FaultContext): Answer;
  encode(json: unknown): string;
}
