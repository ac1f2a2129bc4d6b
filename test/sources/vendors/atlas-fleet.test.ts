import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { createAtlasSource } from '../../../src/sources/vendors/atlas.ts';
import { chooseHost } from '../../../src/sources/vendors/kayenta/atlas-backends.ts';
import { startStubServer } from '../../support/stub-server.ts';

const BACKENDS = [
  {
    cname: 'atlas-$(env).$(region).$(dataset).example',
    target: '$(deployment).$(region)',
    deployment: 'main',
    dataset: 'regional',
    regions: ['us-east-1', 'eu-west-1'],
    environments: ['test', 'prod'],
  },
  {
    cname: 'atlas-global.$(env).example',
    target: 'everywhere',
    deployment: 'main',
    dataset: 'global',
    regions: [],
    environments: [],
  },
];
const STORAGE = {
  '123': { global: 'g.example', regional: 'r.$(region).example', regions: ['eu-west-1'] },
};

const startAt = Date.parse('2026-01-15T09:00:00Z');
const scopeOf = (location: string, parameters: Record<string, string> = {}) => ({
  scope: 'shop-v002',
  location,
  parameters,
  startAt,
  endAt: startAt + 600_000,
  stepSeconds: 60,
});

const CHOICES: [
  what: string,
  location: string,
  parameters: Record<string, string>,
  host: string,
][] = [
  ['its region', 'eu-west-1', {}, 'atlas-test.eu-west-1.regional.example'],
  [
    'region and environment',
    'us-east-1',
    { environment: 'prod' },
    'atlas-prod.us-east-1.regional.example',
  ],
  ['a target', 'main.eu-west-1', { environment: 'prod' }, 'atlas-test.eu-west-1.regional.example'],
  ['a target of no region', 'everywhere', {}, 'atlas-global..example'],
  ['its account', 'eu-west-1', { accountId: '123' }, 'r.eu-west-1.example'],
  ['its account, everywhere', 'x', { accountId: '123', dataset: 'global' }, 'g.example'],
  [
    'an account that has not the region',
    'us-east-1',
    { accountId: '123' },
    'atlas-test.us-east-1.regional.example',
  ],
  ['a data set of any region', 'x', { dataset: 'global' }, 'atlas-global.test.example'],
];

for (const [what, location, parameters, host] of CHOICES) {
  test(`a scope is asked where its data are, by ${what}`, () => {
    const known = { backends: BACKENDS, storage: new Map(Object.entries(STORAGE)) };
    assert.equal(chooseHost(known, scopeOf(location, parameters)), host);
  });
}

test("a scope that no backend has is refused in Kayenta's words", () => {
  assert.throws(() => chooseHost({ backends: BACKENDS, storage: new Map() }, scopeOf('mars')), {
    code: 'invalid-query',
    message:
      'Unable to find an appropriate Atlas cluster for location=mars accountId=null dataset=regional deployment=main environment=test',
  });
});

const file = (name: string) =>
  readFileSync(new URL(`../../fixtures/localhost/${name}`, import.meta.url));

/** A list, and the server that it names, whose certificate is of localhost. */
async function fleet(context: TestContext, list: (port: number) => object[]) {
  const data = { type: 'array', values: Array.from({ length: 10 }, (_, index) => index) };
  const documents = [
    { type: 'timeseries', id: 'a', start: startAt, step: 60_000, tags: {}, data },
    { type: 'close' },
  ];
  const body = documents.map((one) => `data: ${JSON.stringify(one)}\n`).join('');
  const server = await startStubServer(() => ({ body }), {
    cert: file('server.pem'),
    key: file('server.key'),
  });
  const lists = await startStubServer(({ path }) =>
    path === '/api/v1/atlas/backends.json'
      ? { body: JSON.stringify(list(server.port)) }
      : { status: 404 },
  );
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1', '::1'] });
  context.after(async () => {
    await client.close();
    await server.close();
    await lists.close();
  });
  const account = {
    name: 'a',
    source: 'atlas',
    url: lists.url,
    headers: {},
    attempts: 1,
    tls: { ca: file('server.pem').toString() },
    options: { backends: true },
  } as const;
  const source = await createAtlasSource(account, { client, now: Date.now });
  const ask = () =>
    source.fetch(
      {
        metric: 'm',
        query: { source: 'atlas', q: 'name,x,:eq,:sum' },
        side: 'canary',
        scope: scopeOf('eu-west-1'),
        templates: {},
      },
      AbortSignal.timeout(20_000),
    );
  return { ask, source, server, lists };
}

const only = (cname: string) => ({ ...BACKENDS[0]!, cname });

test('the list is read once, and its server asked by HTTPS', async (context) => {
  const { ask, source, server, lists } = await fleet(context, (port) => [
    only(`localhost:${port}`),
  ]);
  const { series } = await ask();
  assert.deepEqual(series[0]?.values.slice(0, 3), [0, 1, 2]);
  assert.equal(series[0]?.attributes['baseURL'], `https://localhost:${server.port}`);
  await ask();
  assert.deepEqual(
    lists.requests.map(({ path }) => path),
    ['/api/v1/atlas/backends.json'],
  );
  assert.equal(server.requests.length, 2);
  await source.ping!(AbortSignal.timeout(20_000));
});

for (const [what, cname] of [
  ['a path', 'localhost/api?x='],
  ['a user', 'user@localhost'],
  ['nothing', ''],
] as const) {
  test(`a list that names ${what} as a host leads nowhere`, async (context) => {
    const { ask, server } = await fleet(context, () => [only(cname)]);
    await assert.rejects(ask(), { code: 'source-answer', message: /where a host was to be/ });
    assert.equal(server.requests.length, 0);
  });
}

test('a list that is none is told as what it is', async (context) => {
  const { ask } = await fleet(context, () => ({ error: 'no' }) as unknown as object[]);
  await assert.rejects(ask(), {
    code: 'source-answer',
    message: /a list of backends that is no list/,
  });
});
