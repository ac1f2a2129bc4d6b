import { STATUS_CODES } from 'node:http';
import { Fault } from '../../errors.ts';
import { parseJsonAsWritten } from '../../contract/json-as-written.ts';
import { discardBody, readJsonBody } from '../../http/body.ts';
import type { Dialect, FaultContext } from '../../http/dialect.ts';
import type { Answer } from '../../http/operation.ts';
import { detailOf, statusOf } from '../../http/problem.ts';

/**
 * The manners that Kayenta's clients expect: unknown fields and parameters are ignored, scalars are
 * coerced, a body nobody asked for is no mistake, errors are `{"message"}`, and numbers that JSON cannot
 * hold travel as texts.
 */
export const kayentaDialect: Dialect = {
  async read({ operation, contract, request, path, query, maxBodyBytes }) {
    const hasBody = operation.bodyType !== undefined;
    const body = hasBody
      ? await readJsonBody(request, maxBodyBytes, parseBothWays)
      : await discardBody(request, maxBodyBytes);
    const raw = { path, query, header: request.headers, ...body };
    const { violations, ...call } = contract.readLeniently(operation.id, raw);
    if (hasBody && call.body === undefined && violations.length === 0) {
      violations.push({ pointer: '', message: 'must not be null' });
    }
    // what is put is what is read again, and that promises more than reading needs
    if (operation.method === 'put' && hasBody && violations.length === 0) {
      violations.push(...contract.checkBody(operation.id, call.body));
    }
    if (violations.length === 0) return call;
    const places = violations.map(({ pointer, message }) => `${pointer} ${message}`.trim());
    throw new Fault('invalid-request', places.slice(0, 3).join('; '), { violations });
  },
  formatFault: formatKayentaFault,
  encode: (json) =>
    JSON.stringify(json, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    ),
};

/** Numbers as they were written are wanted by few bodies, and cost more than all the rest. */
function parseBothWays(text: string) {
  return { body: JSON.parse(text) as unknown, bodyAsWritten: () => parseJsonAsWritten(text) };
}

const READING_FAILURES = [400, 415];

function formatKayentaFault(fault: Fault, context: FaultContext): Answer {
  const status = statusOf(fault);
  if (status >= 500) return serviceError(fault, status, context);
  const message = shortened(fault.message);
  if (!context.unread || !READING_FAILURES.includes(status)) return { status, json: { message } };
  const title = STATUS_CODES[status];
  const problem = { type: 'about:blank', title, status, detail: message, instance: context.path };
  return {
    status,
    text: { type: 'application/problem+json', content: JSON.stringify({ ...problem, message }) },
  };
}

/** What a deployer shows in an event or in one line of a stage. */
const LONGEST = 400;

function shortened(message: string): string {
  return message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1)}…`;
}

function serviceError(fault: Fault, status: number, { requestId }: FaultContext): Answer {
  const message = detailOf(fault, requestId);
  const timestamp = new Date().toISOString();
  const error = STATUS_CODES[status];
  return { status, json: { timestamp, status, error, exception: fault.code, message } };
}
