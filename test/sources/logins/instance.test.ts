// Identities of instances, asked of stand-ins on loopback that speak as the clouds document it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { createAddressGuard } from '../../../src/outbound/address-guard.ts';
import { accounts } from '../../../src/settings/account.ts';
import { createSigner } from '../../../src/sources/logins/signer.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOW = Date.parse('2026-01-15T10:00:00Z');
const KEYS = JSON.stringify({
  Code: 'Success',
  AccessKeyId: 'AKIDINSTANCE',
  SecretAccessKey: 's3cret-of-the-instance',
  Token: 'session-of-the-instance',
  Expiration: '2026-01-15T16:00:00Z',
});
const directory = temporaryDirectory();
after(() => directory[Symbol.dispose]());

const AWS = { source: 'cloudwatch', url: 'https://monitoring.eu-west-1.amazonaws.com' };
const SIGV4 = { type: 'sigv4', region: 'eu-west-1', instance: true };
const AZURE = { source: 'azure', url: 'https://api.loganalytics.azure.com' };
const GOOGLE = { source: 'stackdriver', options: { project: 'p' } };

function signingOf(account: object, auth: object, env: Record<string, string>) {
  const [parsed] = accounts.parse([{ name: 'x', ...account, auth }], { key: 'accounts', env });
  return parsed!.signing!;
}

/** The headers of a request of this account, whose instance is told who it is by the stand-in. */
async function headersOf(
  account: object,
  auth: object,
  env: (url: string) => Record<string, string>,
  handler: StubHandler,
) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source' });
  try {
    const signing = signingOf(account, auth, env(server.url));
    const signer = createSigner(signing, { client, now: () => NOW });
    const asked = { method: 'POST', url: 'https://monitoring.example/', headers: {} };
    const ask = () => signer.headers(asked, AbortSignal.timeout(10_000));
    const headers = await ask();
    assert.deepEqual(await ask(), headers); // held, not asked for again
    return { headers, secrets: signer.secrets(), requests: server.requests };
  } finally {
    await client.close();
    await server.close();
  }
}

test('AWS: a machine is asked by version 2, with a token for each question', async () => {
  const { headers, secrets, requests } = await headersOf(
    AWS,
    SIGV4,
    (url) => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: url }),
    ({ method, path }) => ({
      body: method === 'PUT' ? 'imds-token' : path.endsWith('/shop-role') ? KEYS : 'shop-role\n',
    }),
  );
  assert.match(
    headers['authorization']!,
    /^AWS4-HMAC-SHA256 Credential=AKIDINSTANCE\/20260115\/eu-west-1\//,
  );
  assert.equal(headers['x-amz-security-token'], 'session-of-the-instance');
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    [
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/shop-role',
    ],
  );
  assert.equal(requests[0]!.headers['x-aws-ec2-metadata-token-ttl-seconds'], '300');
  assert.equal(requests[2]!.headers['x-aws-ec2-metadata-token'], 'imds-token');
  assert.ok(secrets.includes('s3cret-of-the-instance'));
});

test('AWS: a container shows the token of its file', async () => {
  const file = join(directory.path, 'eks-token');
  writeFileSync(file, 'pod-token\n');
  const { headers, requests } = await headersOf(
    AWS,
    SIGV4,
    (url) => ({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    }),
    () => ({ body: KEYS }),
  );
  assert.match(headers['authorization']!, /Credential=AKIDINSTANCE/);
  assert.equal(requests[0]!.path, '/v1/credentials');
  assert.equal(requests[0]!.headers['authorization'], 'pod-token');
});

test('Google: the service account of the machine gives a token for what it is used for', async () => {
  const { headers, requests } = await headersOf(
    GOOGLE,
    { type: 'google', instance: true },
    (url) => ({ GCE_METADATA_HOST: new URL(url).host }),
    () => ({ body: JSON.stringify({ access_token: 'ya29.instance', expires_in: 3000 }) }),
  );
  assert.equal(headers['authorization'], 'Bearer ya29.instance');
  assert.equal(
    decodeURIComponent(requests[0]!.path),
    '/computeMetadata/v1/instance/service-accounts/default/token?scopes=https://www.googleapis.com/auth/monitoring.read',
  );
  assert.equal(requests[0]!.headers['metadata-flavor'], 'Google');
});

const SCOPED = { type: 'azure', scope: 'https://api.loganalytics.io/.default', instance: true };
for (const [what, env, path, header] of [
  [
    'a machine',
    (url: string) => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: url }),
    '/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fapi.loganalytics.io',
    ['metadata', 'true'],
  ],
  [
    'an app',
    (url: string) => ({ IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: 'app-secret' }),
    '/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fapi.loganalytics.io',
    ['x-identity-header', 'app-secret'],
  ],
] as const) {
  test(`Azure: ${what} is given a token for the resource`, async () => {
    const { headers, requests } = await headersOf(AZURE, SCOPED, env, () => ({
      body: JSON.stringify({ access_token: 'eyJ.azure', expires_in: '3599' }),
    }));
    assert.equal(headers['authorization'], 'Bearer eyJ.azure');
    assert.equal(requests[0]!.path, path);
    assert.equal(requests[0]!.headers[header[0]], header[1]);
  });
}

test('an instance without a role is told with what to do', async () => {
  await assert.rejects(
    headersOf(
      AWS,
      SIGV4,
      (url) => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: url }),
      ({ method }) => (method === 'PUT' ? { body: 't' } : { status: 404, body: 'secret page' }),
    ),
    {
      code: 'source-refused',
      message:
        /the identity of this instance cannot be had: 127\.0\.0\.1:\d+ answered 404; check that the instance/,
    },
  );
});

test('web identity files come first, and without instance: true nothing is asked', () => {
  const roles = { AWS_ROLE_ARN: 'arn:aws:iam::1:role/r', AWS_WEB_IDENTITY_TOKEN_FILE: '/t' };
  assert.ok('webIdentity' in signingOf(AWS, SIGV4, roles));
  const federated = {
    AZURE_FEDERATED_TOKEN_FILE: '/t',
    AZURE_TENANT_ID: 't',
    AZURE_CLIENT_ID: 'c',
  };
  assert.ok('federated' in signingOf(AZURE, SCOPED, federated));
  assert.throws(
    () => signingOf(AWS, { type: 'sigv4', region: 'eu-west-1' }, {}),
    /or instance: true for the role of the machine/,
  );
  assert.throws(() => signingOf(GOOGLE, { type: 'google' }, {}), /must be the JSON key/);
  assert.throws(
    () => signingOf(AZURE, { type: 'azure', scope: 's' }, {}),
    /or instance: true for the identity of the machine/,
  );
});

test('the environment names no other place for it', () => {
  assert.throws(
    () => signingOf(AWS, SIGV4, { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://10.0.0.1' }),
    /names a place for it that no cloud has: "10\.0\.0\.1"/,
  );
});

test('its client reaches the addresses of identities and no others, and no other client reaches them', () => {
  const identity = createAddressGuard({ profile: 'instance', allow: [] });
  for (const address of [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '::ffff:169.254.169.254',
  ]) {
    assert.equal(identity(address), undefined, address);
    for (const profile of ['source', 'webhook', 'scrape'] as const) {
      assert.match(createAddressGuard({ profile, allow: ['0.0.0.0/0'] })(address)!, /metadata/);
    }
  }
  for (const address of ['169.254.169.253', '10.0.0.1', '1.1.1.1', '::1', 'fe80::1', 'metadata']) {
    assert.notEqual(identity(address), undefined, address);
  }
});
