// Every operation of the contract, driven into every refusal that it shares with others: each answer must be documented.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadContract, type Operation } from '../../src/contract/contract.ts';
import { ask, type Exchange } from '../support/ask.ts';
import { OPERATOR, startTestService, type TestService } from '../support/service.ts';

const MAX_BODY_BYTES = 2000;
const contract = loadContract();

let open: TestService;
let closed: TestService;
let busy: TestService;
before(async () => {
  [open, closed, busy] = [
    await startTestService({ CANARY_SERVER_MAX_BODY_BYTES: String(MAX_BODY_BYTES) }),
    await startTestService(OPERATOR),
    await startTestService({ CANARY_LIMITS_REQUESTS_PER_MINUTE: '1' }),
  ];
  await ask(busy, 'GET', '/judges'); // the one that is allowed
});
after(() => Promise.all([open, closed, busy].map((service) => service.close())));

interface Request {
  service?: TestService;
  query?: string;
  headers?: Record<string, string>;
  body?: string;
}

interface Refusal {
  status: number;
  /** Which operations can answer so. */
  applies(operation: Operation): boolean;
  /** What makes this one do it. */
  request(operation: Operation): Request;
}

const is = (tag: string) => (operation: Operation) => operation.tags.includes(tag);
const isKayenta = is('kayenta');
const isNative = (operation: Operation) => !isKayenta(operation) && !is('pages')(operation);
const hasBody = ({ bodyType }: Operation) => bodyType !== undefined;
/** A webhook is verified before it is read, and where there is no such trigger nothing can be. */
const isWebhook = ({ path }: Operation) => path.startsWith('/triggers/');
const typed = ({ bodyType = 'application/json' }: Operation) => ({ 'content-type': bodyType });

const REFUSALS: Record<string, Refusal> = {
  'an unknown parameter': {
    status: 400,
    applies: (operation) => !isKayenta(operation),
    request: (operation) => ({ query: '?nonsense=1', headers: typed(operation), body: '{}' }),
  },
  'a body that cannot be read': {
    status: 400,
    applies: (operation) => hasBody(operation) && !isWebhook(operation),
    request: (operation) => ({ headers: typed(operation), body: '{"' }),
  },
  'no token': {
    status: 401,
    applies: ({ accepts }) => accepts.length > 0,
    request: () => ({ service: closed }),
  },
  'a page of another site': {
    status: 403,
    applies: ({ method }) => method !== 'get',
    request: () => ({ headers: { origin: 'https://evil.example' } }),
  },
  'a name that nothing has': {
    status: 404,
    applies: (operation) =>
      operation.path.includes('{') && !hasBody(operation) && !isKayenta(operation),
    request: (operation) => ({ headers: typed(operation) }),
  },
  'a body that is too large': {
    status: 413,
    applies: (operation) => hasBody(operation) || isKayenta(operation),
    request: (operation) => ({ headers: typed(operation), body: 'x'.repeat(MAX_BODY_BYTES + 1) }),
  },
  'a body of another kind': {
    status: 415,
    applies: (operation) =>
      !isWebhook(operation) &&
      (hasBody(operation) || (isNative(operation) && operation.method === 'post')),
    request: () => ({ headers: { 'content-type': 'text/plain' }, body: 'x' }),
  },
  'a host name of somebody else': {
    status: 421,
    applies: ({ accepts }) => accepts.length > 0,
    request: () => ({ headers: { host: 'evil.example' } }),
  },
  'one request too many': {
    status: 429,
    applies: (operation) => !is('operations')(operation),
    request: () => ({ service: busy }),
  },
  'headers that are too large': {
    status: 431,
    applies: () => true,
    request: () => ({ headers: { 'x-large': 'x'.repeat(20_000) } }),
  },
};

/** A gate refuses in the manners of its deployer: Flagger knows 403 alone, and Argo takes what is no 2xx for an outage. */
const MANNERS: Record<string, (status: number) => number> = {
  askFlaggerGate: (status) => (status === 431 ? status : 403),
  askArgoGate: (status) => ([400, 413, 415].includes(status) ? 200 : status),
  readArgoGate: (status) => (status === 400 ? 200 : status),
};

for (const [what, { status, applies, request }] of Object.entries(REFUSALS)) {
  test(`${what}: ${status} on every operation that it can meet, as the contract says`, async () => {
    const operations = contract.operations.filter(applies);
    assert.ok(operations.length > 0);
    for (const operation of operations) {
      const { service = open, query = '', headers, body } = request(operation);
      const path = operation.path.replaceAll(/\{\w+\}/g, 'ghost') + query;
      const answer = await ask(service, operation.method.toUpperCase(), path, headers, body);
      const expected = MANNERS[operation.id]?.(status) ?? status;
      assert.equal(answer.status, expected, `${operation.id}: ${answer.body}`);
      assert.deepEqual(violationsOf(operation, answer), [], `${operation.id}: ${answer.body}`);
      if (status === 429) assert.ok(Number(answer.headers['retry-after']) > 0);
    }
  });
}

function violationsOf({ id }: Operation, { status, headers, body }: Exchange) {
  const contentType = headers['content-type'] ?? '';
  const content: unknown = contentType.includes('json') ? JSON.parse(body) : body;
  return contract.checkAnswer(id, { status, contentType, body: content });
}
