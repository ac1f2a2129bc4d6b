// Logins whose requests are signed, asked through the client that sources use.
import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { accounts } from '../../../src/settings/account.ts';
import { createHttpAsk } from '../../../src/sources/asking/http-ask.ts';
import { createPrometheusSource } from '../../../src/sources/prometheus/prometheus.ts';
import { startStubServer, type StubHandler, type StubRequest } from '../../support/stub-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const NOW = Date.parse('2026-01-15T09:00:00Z');
const SIGNAL = AbortSignal.timeout(20_000);

interface Bench {
  account: object;
  env?: Record<string, string>;
  token: StubHandler;
  vendor: StubHandler;
}

/** `TOKENS` in the account is the address of who gives out tokens. */
async function withBench(
  { account, env = {}, token, vendor }: Bench,
  body: (parts: {
    ask(): Promise<string>;
    tokens: StubRequest[];
    asked: StubRequest[];
    pass(ms: number): void;
  }) => Promise<void>,
): Promise<void> {
  const tokens = await startStubServer(token);
  const server = await startStubServer(vendor);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const told = (text: string) => text.replaceAll('TOKENS', tokens.url);
  const place = {
    key: 'accounts',
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, told(text)])),
  };
  const written = JSON.parse(told(JSON.stringify(account))) as object;
  const [made] = accounts.parse(
    [{ name: 'x', source: 'prometheus', url: server.url, ...written }],
    place,
  );
  let now = NOW;
  const http = createHttpAsk(
    { timeoutMs: 5000, maxAnswerBytes: 1e6, ...made! },
    client,
    () => now,
    { readError: (text) => text },
  );
  try {
    await body({
      ask: () =>
        http.ask(
          { about: 'for metric "m"', signal: SIGNAL },
          { method: 'POST', path: 'a b', body: 'q', headers: { 'content-type': 'text/plain' } },
          ({ text }) => text,
        ),
      tokens: tokens.requests,
      asked: server.requests,
      pass: (ms) => {
        now += ms;
      },
    });
  } finally {
    await client.close();
    await server.close();
    await tokens.close();
  }
}

const KEY = JSON.stringify({
  client_email: 'canary@p.example',
  private_key: privateKey,
  private_key_id: 'k1',
  token_uri: 'TOKENS/token',
});
const GOOGLE = { account: { auth: { type: 'google', key: 'env:KEY' } }, env: { KEY } };
const grant: StubHandler = (_, index) => ({
  body: JSON.stringify({ access_token: `google-token-${index}`, expires_in: 3600 }),
});
const fine: StubHandler = () => ({ body: 'fine' });

test('a service account of Google signs who it is, and bears the token until shortly before it ends', async () => {
  await withBench(
    { ...GOOGLE, token: grant, vendor: fine },
    async ({ ask, tokens, asked, pass }) => {
      assert.deepEqual(await Promise.all([ask(), ask()]), ['fine', 'fine']);
      assert.equal(tokens.length, 1);
      assert.equal(asked[0]!.headers['authorization'], 'Bearer google-token-0');
      const form = new URLSearchParams(tokens[0]!.body);
      assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
      const [header, claims, signature] = form.get('assertion')!.split('.');
      const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
      assert.ok(verify.verify(publicKey, signature!, 'base64url'));
      const parse = (part: string) =>
        JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
      assert.deepEqual(parse(header!), { alg: 'RS256', typ: 'JWT', kid: 'k1' });
      const { aud, ...rest } = parse(claims!) as { aud: string };
      assert.match(aud, /^http:\/\/127\.0\.0\.1:\d+\/token$/);
      assert.deepEqual(rest, {
        iss: 'canary@p.example',
        scope: 'https://www.googleapis.com/auth/monitoring.read',
        iat: NOW / 1000,
        exp: NOW / 1000 + 3600,
      });
      pass(3_539_000);
      await ask();
      assert.equal(tokens.length, 1);
      pass(2000);
      await ask();
      assert.equal(asked.at(-1)!.headers['authorization'], 'Bearer google-token-1');
    },
  );
});

test('a token that is not taken any more is fetched anew, once, and never shown', async () => {
  const vendor: StubHandler = ({ headers }) =>
    headers['authorization'] === 'Bearer google-token-1'
      ? { body: 'fine' }
      : { status: 401, body: `bad ${String(headers['authorization'])}` };
  await withBench({ ...GOOGLE, token: grant, vendor }, async ({ ask }) => {
    assert.equal(await ask(), 'fine');
  });
  const never: StubHandler = ({ headers }) => ({
    status: 401,
    body: `bad ${String(headers['authorization'])}`,
  });
  await withBench({ ...GOOGLE, token: grant, vendor: never }, async ({ ask, tokens }) => {
    await assert.rejects(
      ask(),
      (error: Error) => /answered 401/.test(error.message) && !/google-token/.test(error.message),
    );
    assert.equal(tokens.length, 2);
  });
});

test('who gives no token is told by name, with why', async () => {
  const refuse: StubHandler = () => ({
    status: 400,
    body: JSON.stringify({ error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }),
  });
  await withBench({ ...GOOGLE, token: refuse, vendor: fine }, async ({ ask, asked }) => {
    await assert.rejects(ask(), {
      code: 'source-refused',
      message:
        /^source "x" could not be asked for metric "m": 127\.0\.0\.1:\d+ gave no token but answered 400: invalid_grant: Invalid JWT Signature\.$/,
    });
    assert.equal(asked.length, 0);
  });
});

test('a role of AWS is taken on by the token of a file, as EKS gives it', async () => {
  using directory = temporaryDirectory();
  const file = `${directory.path}/token`;
  writeFileSync(file, 'web-identity-token\n');
  const sts: StubHandler = () => ({
    body: `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>made-secret-key</SecretAccessKey><SessionToken>made/session==</SessionToken><Expiration>2026-01-15T10:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  });
  const auth = { type: 'sigv4', region: 'eu-west-1', stsUrl: 'TOKENS' };
  const env = { AWS_ROLE_ARN: 'arn:aws:iam::1:role/canary', AWS_WEB_IDENTITY_TOKEN_FILE: file };
  await withBench(
    { account: { auth }, env, token: sts, vendor: fine },
    async ({ ask, tokens, asked }) => {
      await ask();
      await ask();
      assert.equal(tokens.length, 1);
      assert.deepEqual(Object.fromEntries(new URLSearchParams(tokens[0]!.body)), {
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: 'arn:aws:iam::1:role/canary',
        RoleSessionName: 'canary-verdict',
        WebIdentityToken: 'web-identity-token',
      });
      assert.equal(asked[0]!.headers['x-amz-security-token'], 'made/session==');
      assert.match(
        String(asked[0]!.headers['authorization']),
        /^AWS4-HMAC-SHA256 Credential=ASIA1\/20260115\/eu-west-1\/aps\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
      );
    },
  );
});

test('a token that AWS refuses is not repeated with its words', async () => {
  using directory = temporaryDirectory();
  const file = `${directory.path}/token`;
  writeFileSync(file, 'web-identity-token');
  const refuse: StubHandler = () => ({
    status: 400,
    body: '<ErrorResponse><Error><Message>web-identity-token is expired</Message></Error></ErrorResponse>',
  });
  const auth = { type: 'sigv4', region: 'eu-west-1', stsUrl: 'TOKENS' };
  const env = { AWS_ROLE_ARN: 'arn:aws:iam::1:role/canary', AWS_WEB_IDENTITY_TOKEN_FILE: file };
  await withBench({ account: { auth }, env, token: refuse, vendor: fine }, async ({ ask }) => {
    await assert.rejects(ask(), {
      code: 'source-refused',
      message: /gave no token but answered 400: \[redacted\] is expired$/,
    });
  });
});

test('an account of prometheus asks a workspace of AWS with signed requests', async () => {
  const auth = {
    type: 'sigv4',
    region: 'eu-west-1',
    accessKeyId: 'AKID',
    secretAccessKey: 'env:SECRET',
  };
  const server = await startStubServer(() => ({
    body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } }),
  }));
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const account = { name: 'p', source: 'prometheus', url: `${server.url}/workspaces/ws-1`, auth };
  const [made] = accounts.parse([account], { key: 'accounts', env: { SECRET: 'the-secret-key' } });
  const source = createPrometheusSource(made!, { client, now: () => NOW });
  const scope = {
    scope: 'v2',
    location: '',
    startAt: NOW,
    endAt: NOW + 60_000,
    stepSeconds: 60,
    parameters: {},
  };
  const query = { source: 'prometheus', promql: 'up' } as const;
  try {
    await source.fetch({ metric: 'm', query, side: 'canary', scope, templates: {} }, SIGNAL);
    assert.equal(server.requests[0]!.path, '/workspaces/ws-1/api/v1/query_range');
    assert.match(
      String(server.requests[0]!.headers['authorization']),
      /^AWS4-HMAC-SHA256 Credential=AKID\/20260115\/eu-west-1\/aps\//,
    );
  } finally {
    await client.close();
    await server.close();
  }
});

const refusals: [string, object, RegExp][] = [
  [
    'no keys',
    { type: 'sigv4', region: 'r' },
    /auth" needs accessKeyId and secretAccessKey, or roleArn and webIdentityTokenFile/,
  ],
  [
    'half of the keys',
    { type: 'sigv4', region: 'r', accessKeyId: 'A' },
    /needs both accessKeyId and secretAccessKey/,
  ],
  [
    'no region',
    { type: 'sigv4', accessKeyId: 'A', secretAccessKey: 'env:BAD' },
    /auth\.region" must be a text/,
  ],
  [
    'a key that is none',
    { type: 'google', key: 'env:BAD' },
    /auth\.key" must be the JSON key of a service account/,
  ],
];
for (const [what, auth, message] of refusals) {
  test(`${what} is refused by key`, () => {
    const account = { name: 'p', source: 'prometheus', url: 'http://p', auth };
    assert.throws(
      () => accounts.parse([account], { key: 'accounts', env: { BAD: 'hunter2' } }),
      (error: Error) => message.test(error.message) && !error.message.includes('hunter2'),
    );
  });
}
