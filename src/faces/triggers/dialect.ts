import { invalidRequest } from '../../analysis/accept/invalid-request.ts';
import { readRawBody } from '../../http/body.ts';
import type { Dialect, RawCall, ReadCall } from '../../http/dialect.ts';
import { nativeDialect } from '../../http/native-dialect.ts';
import type { RawDelivery } from './trigger.ts';

/** Webhooks are kept byte by byte until they are verified; the rest is the native API. */
export function createTriggerDialect(maxBodyBytes: number): Dialect {
  return {
    ...nativeDialect,
    read: (call) =>
      call.operation.path.startsWith('/triggers/')
        ? readDelivery(call, maxBodyBytes)
        : nativeDialect.read(call),
  };
}

async function readDelivery(call: RawCall, limit: number): Promise<ReadCall> {
  const { operation, contract, request, path, query } = call;
  const raw = { path, query, header: request.headers };
  const { values, violations } = contract.readParameters(operation.id, raw);
  const maxBytes = Math.min(limit, call.maxBodyBytes);
  const bytes = await readRawBody(request, maxBytes, 'triggers.maxBodyBytes');
  if (violations.length > 0) throw invalidRequest(violations);
  const body: RawDelivery = { bytes, headers: request.headers };
  return { parameters: values, body };
}
