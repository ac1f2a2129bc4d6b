import type { Readable } from 'node:stream';

/** A request that has passed authentication and the contract. */
export interface Call {
  /** Path, query and header parameters by name (headers in lower case), of the contract's types. */
  parameters: Record<string, unknown>;
  /** Body that the contract's schema has accepted; undefined where the operation has none. */
  body: unknown;
  /** Name of the token that the request showed; undefined where the service wants none. */
  caller: string | undefined;
  /** Aborts when the client has gone or the service stops. */
  signal: AbortSignal;
  requestId: string;
}

/** What a handler answers; at most one of `json`, `text` and `stream`. */
export interface Answer {
  status: number;
  json?: unknown;
  text?: { type: string; content: string };
  /** Sent as it is read, of unknown length without `bytes`, and destroyed when the sending ends, however it does. */
  stream?: { type: string; bytes?: number; content: Readable };
  headers?: Record<string, string>;
}

export type Handler = (call: Call) => Promise<Answer>;

/** One handler for each operation id of the contract. */
export type Handlers = Record<string, Handler>;
