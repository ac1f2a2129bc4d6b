import type { IncomingMessage } from 'node:http';
import { Fault } from '../../errors.ts';
import { parseJsonBody, readCompressibleBody, typeOf } from '../../http/body.ts';
import type { Dialect } from '../../http/dialect.ts';
import { readStrictly } from '../../http/native-dialect.ts';
import { detailOf, statusOf } from '../../http/problem.ts';
import { isRecord } from './read-json.ts';

export const JSON_TYPE = 'application/json';
export const PROTOBUF_TYPE = 'application/x-protobuf';

/** A message in the form that its JSON mapping has, and the type in which it came. */
export interface OtlpCall {
  message: Record<string, unknown>;
  type: string;
}

/** Senders give up what was answered by another status than 429, 502, 503 and 504. */
const AGAIN_AFTER_SECONDS = 5;

/** OTLP/HTTP: bodies of two types, and faults as `google.rpc.Status`, which senders read as JSON too. */
export const otlpDialect: Dialect = {
  async read(call) {
    const { parameters } = await readStrictly(
      { ...call, operation: { ...call.operation, bodyType: undefined } },
      () => Promise.resolve(undefined),
    );
    return { parameters, body: await readMessage(call.request, call.maxBodyBytes) };
  },
  formatFault(fault, { requestId }) {
    const wanted = statusOf(fault);
    const status = wanted === 507 ? 503 : wanted; // room is made, and then it can be taken
    const code = CODES[status] ?? UNKNOWN;
    return {
      status,
      json: { code, message: detailOf(fault, requestId) },
      ...(status === 503 ? { headers: { 'retry-after': String(AGAIN_AFTER_SECONDS) } } : {}),
    };
  },
  encode: JSON.stringify,
};

/** gRPC's codes. */
const CODES: Record<number, number> = {
  400: 3,
  401: 16,
  403: 7,
  413: 8,
  415: 3,
  421: 3,
  429: 8,
  500: 13,
  503: 14,
};
const UNKNOWN = 2;

async function readMessage(request: IncomingMessage, maxBytes: number): Promise<OtlpCall> {
  const type = typeOf(request);
  if (type !== JSON_TYPE && type !== PROTOBUF_TYPE) {
    const found = type === '' ? 'has no content type' : `is "${type}"`;
    const text = `the request body ${found}: send ${JSON_TYPE} or ${PROTOBUF_TYPE}`;
    throw new Fault('unsupported-media-type', text);
  }
  const bytes = await readCompressibleBody(request, maxBytes);
  if (type === PROTOBUF_TYPE) {
    const { decodeMetrics } = await import('./protobuf.ts'); // its package is loaded for who sends it
    return { message: decodeMetrics(bytes), type };
  }
  const message = parseJsonBody(bytes);
  if (!isRecord(message))
    throw new Fault('invalid-request', 'the request body must be an object with resourceMetrics');
  return { message, type };
}
