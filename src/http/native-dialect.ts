import { Fault } from '../errors.ts';
import { readJsonBody } from './body.ts';
import type { Dialect } from './dialect.ts';
import { problemAnswer } from './problem.ts';

/** The native API: requests that break the contract are refused with every broken rule, as problem details. */
export const nativeDialect: Dialect = {
  async read({ operation, contract, request, path, query, maxBodyBytes }) {
    const raw = { path, query, header: request.headers };
    const { values, violations } = contract.readParameters(operation.id, raw);
    const hasBody = operation.bodyType !== undefined;
    const body = hasBody ? await readJsonBody(request, maxBodyBytes) : undefined;
    if (hasBody) violations.push(...contract.checkBody(operation.id, body));
    if (violations.length > 0) throw brokenContract(violations);
    return { parameters: values, body };
  },
  formatFault: (fault, { requestId }) => problemAnswer(fault, requestId),
  headers: () => ({}),
  encode: JSON.stringify,
};

function brokenContract(violations: Fault['violations']): Fault {
  const rules = violations.length === 1 ? '1 rule' : `${violations.length} rules`;
  return new Fault(
    'invalid-request',
    `the request breaks ${rules} of the contract (/openapi.yaml)`,
    { violations },
  );
}
