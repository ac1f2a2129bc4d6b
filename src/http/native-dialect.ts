import type { IncomingMessage } from 'node:http';
import { Fault } from '../errors.ts';
import { readDocumentBody } from './body.ts';
import type { Dialect, RawCall, ReadCall } from './dialect.ts';
import { problemAnswer } from './problem.ts';

/** The native API: requests that break the contract are refused with every broken rule, as problem details. */
export const nativeDialect: Dialect = {
  read(call) {
    if (call.operation.method === 'post') checkIntent(call.request);
    return readStrictly(call, readDocumentBody);
  },
  formatFault: (fault, { requestId }) => problemAnswer(fault, requestId),
  encode: JSON.stringify,
};

/** Parameters and body exactly as the contract has them, or a fault with every broken rule. */
export async function readStrictly(
  { operation, contract, request, path, query, maxBodyBytes }: RawCall,
  readBody: (request: IncomingMessage, maxBytes: number) => Promise<unknown>,
): Promise<ReadCall> {
  const raw = { path, query, header: request.headers };
  const { values, violations } = contract.readParameters(operation.id, raw);
  const hasBody = operation.bodyType !== undefined;
  const body = hasBody ? await readBody(request, maxBodyBytes) : undefined;
  if (hasBody) violations.push(...contract.checkBody(operation.id, body));
  if (violations.length > 0) throw brokenContract(violations);
  return { parameters: values, body };
}

/**
 * A page of any site can make a browser send a POST, as a form does, but none of these headers unless this service
 * allows it; PUT and DELETE it cannot send either.
 */
function checkIntent({ headers }: IncomingMessage): void {
  const { authorization = '', 'content-type': type = '', 'x-requested-with': marked } = headers;
  if (/^application\/(json|yaml)\b/i.test(type) || /^bearer /i.test(authorization) || marked)
    return;
  throw new Fault(
    'unsupported-media-type',
    'this changes something, so it must be sent on purpose: send the header "content-type: application/json", also without a body',
  );
}

function brokenContract(violations: Fault['violations']): Fault {
  const rules = violations.length === 1 ? '1 rule' : `${violations.length} rules`;
  return new Fault(
    'invalid-request',
    `the request breaks ${rules} of the contract (/openapi.yaml)`,
    { violations },
  );
}
