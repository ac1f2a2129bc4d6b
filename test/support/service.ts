import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import supertest, { type Response, type Test } from 'supertest';
import { createService, type Rehearsal, type Service } from '../../src/compose.ts';
import { FACE_SETTINGS } from '../../src/compose/faces.ts';
import { loadConfig } from '../../src/config.ts';
import { loadContract } from '../../src/contract/contract.ts';
import type { Method } from '../../src/contract/document.ts';
import { createTelemetry } from '../../src/telemetry.ts';

/** Signs the events of services under test: 32 zero bytes. */
export const TEST_SECRET = `whsec_${Buffer.alloc(32).toString('base64')}`;

/** A service with this environment wants a token, and its `call` shows it: for what only operators may do. */
export const OPERATOR = {
  CANARY_SERVER_TOKENS: '[{name: ops, token: env:TEST_OPERATOR}]',
  TEST_OPERATOR: 'operator-token',
};

export interface TestService {
  url: string;
  service: Service;
  directory: string;
  /** What the service has logged, line by line. */
  log: string[];
  /** A request whose answer must keep the contract. */
  call(
    method: Method,
    path: string,
    options?: { body?: string | object; headers?: Record<string, string> },
  ): Promise<Response>;
  close(): Promise<void>;
}

const contract = loadContract();

/** The whole service in this process, on a free port, with a data directory of its own. */
export async function startTestService(
  env: Record<string, string> = {},
  directory?: string,
  rehearsal: Rehearsal = {},
): Promise<TestService> {
  const home = directory ?? (await mkdtemp(join(tmpdir(), 'canary-test-')));
  const config = loadConfig({
    faces: FACE_SETTINGS,
    env: {
      CANARY_SERVER_PORT: '0',
      CANARY_DATA_DIRECTORY: home,
      CANARY_OUTBOUND_WEBHOOKS_ALLOW: '[127.0.0.0/8]',
      CANARY_WEBHOOKS_SECRETS: '{default: env:TEST_SECRET}',
      TEST_SECRET,
      ...env,
    },
  });
  const log: string[] = [];
  const telemetry = createTelemetry({
    level: 'info',
    destination: { write: (line) => void log.push(line) },
  });
  const service = await createService(config, telemetry, rehearsal);
  const { url } = await service.start();
  return {
    url,
    service,
    directory: home,
    log,
    call: async (method, path, { body, headers = {} } = {}) => {
      const operator = env['TEST_OPERATOR'];
      const shown = operator === undefined ? {} : { authorization: `Bearer ${operator}` };
      const all = { ...intent(method, path), ...shown, ...headers };
      const request: Test = supertest(url)[method](path).set(all);
      const answer = await (body === undefined ? request : request.send(body));
      keepsContract(method, path, answer);
      return answer;
    },
    async close() {
      await service.close();
      if (directory === undefined) await rm(home, { recursive: true, force: true });
    },
  };
}

/** A POST of the native API says that it is meant, also without a body. */
function intent(method: Method, path: string): Record<string, string> {
  const isNative = path.startsWith('/api/v1');
  return method === 'post' && isNative ? { 'content-type': 'application/json' } : {};
}

/** Fails when an answer breaks the contract of its operation. */
export function keepsContract(
  method: Method,
  path: string,
  answer: Pick<Response, 'status' | 'headers' | 'text'>,
): void {
  const bare = path.split('?')[0]!;
  const operation = contract.operations.find(
    (candidate) =>
      candidate.method === method &&
      new RegExp(`^${candidate.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(bare),
  );
  if (operation === undefined) return;
  const contentType = answer.headers['content-type'];
  const isJson = contentType?.includes('json') ?? false;
  const body: unknown = isJson ? JSON.parse(answer.text) : answer.text;
  const violations = contract.checkAnswer(operation.id, {
    status: answer.status,
    contentType: contentType ?? '',
    body,
  });
  assert.deepEqual(
    violations,
    [],
    `${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 500)}`,
  );
}

/** Asks until the condition holds; fails after the deadline. */
export async function until<T>(ask: () => Promise<T | undefined>, timeoutMs = 120_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`the condition did not hold within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
