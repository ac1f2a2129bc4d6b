// Client credentials of OAuth 2, asked through the client that sources use.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { accounts } from '../../../src/settings/account.ts';
import { createHttpAsk } from '../../../src/sources/asking/http-ask.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const SECRET = 'the-secret-of-the-client';

async function withBench(
  token: StubHandler,
  vendor: StubHandler,
  body: (parts: {
    ask(): Promise<string>;
    tokens: { body: string }[];
    asked: { headers: Record<string, unknown> }[];
    pass(ms: number): void;
  }) => Promise<void>,
): Promise<void> {
  const tokens = await startStubServer(token);
  const server = await startStubServer(vendor);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const auth = {
    type: 'oauth2',
    tokenUrl: `${tokens.url}/t1/oauth2/v2.0/token`,
    clientId: 'canary',
    clientSecret: 'env:SECRET',
    scope: 'https://metrics.monitor.azure.com/.default',
  };
  const [account] = accounts.parse([{ name: 'x', source: 'azure', url: server.url, auth }], {
    key: 'accounts',
    env: { SECRET },
  });
  let now = Date.parse('2026-01-15T09:00:00Z');
  const manners = { readError: (text: string) => text };
  const connection = { timeoutMs: 5000, maxAnswerBytes: 1e6, ...account! };
  const http = createHttpAsk(connection, client, () => now, manners);
  try {
    await body({
      ask: () =>
        http.ask(
          { about: 'for metric "m"', signal: AbortSignal.timeout(20_000) },
          { method: 'GET', path: 'a' },
          ({ text }) => text,
        ),
      tokens: tokens.requests,
      asked: server.requests,
      pass: (ms) => (now += ms),
    });
  } finally {
    await client.close();
    await server.close();
    await tokens.close();
  }
}

const grant: StubHandler = (_, index) => ({
  body: JSON.stringify({ access_token: `token-number-${index}`, expires_in: '3600' }),
});

test('a client shows its secret for a token, and bears that until shortly before it ends', async () => {
  await withBench(
    grant,
    () => ({ body: 'fine' }),
    async ({ ask, tokens, asked, pass }) => {
      assert.deepEqual(await Promise.all([ask(), ask()]), ['fine', 'fine']);
      assert.deepEqual(
        tokens.map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
        [
          {
            grant_type: 'client_credentials',
            client_id: 'canary',
            client_secret: SECRET,
            scope: 'https://metrics.monitor.azure.com/.default',
          },
        ],
      );
      assert.equal(asked[0]!.headers['authorization'], 'Bearer token-number-0');
      pass(3_550_000);
      await ask();
      assert.equal(asked[2]!.headers['authorization'], 'Bearer token-number-1');
    },
  );
});

test('a token that is not taken any more is fetched anew, once, and never told', async () => {
  const refuse: StubHandler = ({ headers }) => ({
    status: 401,
    body: `no ${String(headers['authorization'])}`,
  });
  await withBench(grant, refuse, async ({ ask, tokens }) => {
    await assert.rejects(ask(), (error: Error) => {
      assert.match(error.message, /answered 401 .*no Bearer \[redacted\]/);
      return !error.message.includes('token-number');
    });
    assert.equal(tokens.length, 2);
  });
});

test('who gives no token is named, with its words and without the secret', async () => {
  const deny: StubHandler = () => ({
    status: 400,
    body: JSON.stringify({ error: 'invalid_client', error_description: `${SECRET} is wrong` }),
  });
  await withBench(
    deny,
    () => ({ body: 'fine' }),
    async ({ ask, asked }) => {
      await assert.rejects(ask(), (error: Error) => {
        assert.match(
          error.message,
          /127\.0\.0\.1:\d+ gave no token but answered 400: invalid_client/,
        );
        return !error.message.includes(SECRET);
      });
      assert.equal(asked.length, 0);
    },
  );
});
