import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accounts } from '../../src/settings/account.ts';

const env = {
  KEY: 'key-of-datadog',
  APP: 'key-of-the-app',
  TOKEN: 'a-token',
  PASSWORD: 'hunter2-of-db',
};
const parse = (account: object) => accounts.parse([account], { key: 'accounts', env });
const DATADOG = {
  name: 'dd',
  source: 'datadog',
  auth: { type: 'headers', headers: { 'DD-API-KEY': 'env:KEY', 'DD-APPLICATION-KEY': 'env:APP' } },
};

test('an account of a vendor has the address, the wait and the login of its kind', () => {
  assert.deepEqual(parse(DATADOG), [
    {
      name: 'dd',
      source: 'datadog',
      url: 'https://api.datadoghq.com',
      headers: { 'DD-API-KEY': 'key-of-datadog', 'DD-APPLICATION-KEY': 'key-of-the-app' },
      settleMs: 120_000,
    },
  ]);
});

test('what accounts of every kind may say is taken over', () => {
  const more = {
    settle: '0s',
    timeout: '5s',
    maxConcurrent: 2,
    maxSeries: 3,
    maxPoints: 4,
    attempts: 5,
    url: 'https://api.datadoghq.eu/',
  };
  const { headers: _, ...made } = parse({ ...DATADOG, ...more })[0]!;
  assert.deepEqual(made, {
    name: 'dd',
    source: 'datadog',
    url: 'https://api.datadoghq.eu',
    timeoutMs: 5000,
    attempts: 5,
    maxConcurrent: 2,
    maxSeries: 3,
    maxPoints: 4,
  });
});

test('an account of a database has an address of its own kind, and options', () => {
  const auth = { type: 'basic', username: 'canary', password: 'env:PASSWORD' };
  const made = parse({
    name: 'db',
    source: 'sql',
    url: 'postgres://db:5432/shop',
    auth,
    options: { assumeUtc: true },
  })[0]!;
  assert.deepEqual(
    [made.url, made.username, made.password, made.settleMs],
    ['postgres://db:5432/shop', 'canary', 'hunter2-of-db', 10_000],
  );
  assert.equal(made.options?.['assumeUtc'], true);
});

test('an account of prometheus may write its login in both ways, and waits for nothing', () => {
  const long = parse({
    name: 'p',
    source: 'prometheus',
    url: 'http://p',
    auth: { type: 'bearer', token: 'env:TOKEN' },
  });
  const short = parse({
    name: 'p',
    source: 'prometheus',
    url: 'http://p',
    bearerToken: 'env:TOKEN',
  });
  assert.deepEqual(long, short);
  assert.equal(short[0]!.settleMs, undefined);
});

test('a key of a vendor stands in the header where it looks for it', () => {
  const made = parse({
    name: 'es',
    source: 'elasticsearch',
    url: 'http://es:9200',
    auth: { type: 'api-key', key: 'env:KEY' },
  })[0]!;
  assert.deepEqual(made.headers, { authorization: 'ApiKey key-of-datadog' });
});

const refusals: [string, object, RegExp][] = [
  [
    'an unknown kind',
    { name: 'x', source: 'nagios', url: 'http://x' },
    /"accounts\[0\]\.source" must be one of prometheus, .*datadog, /,
  ],
  [
    'no login',
    { name: 'dd', source: 'datadog' },
    /needs auth \(headers\), as auth: \{type: headers, headers: \{DD-API-KEY: env:\.\.\./,
  ],
  [
    'a key that is missing',
    { ...DATADOG, auth: { type: 'headers', headers: { 'DD-API-KEY': 'env:KEY' } } },
    /auth\.headers" needs the header DD-APPLICATION-KEY/,
  ],
  [
    'a secret that is written out',
    {
      ...DATADOG,
      auth: { type: 'headers', headers: { 'DD-API-KEY': 'abc', 'DD-APPLICATION-KEY': 'env:APP' } },
    },
    /holds a secret itself/,
  ],
  [
    'a way that the kind has not',
    { ...DATADOG, auth: { type: 'basic' } },
    /auth\.type" must be one of headers/,
  ],
  [
    'two logins',
    {
      name: 'p',
      source: 'prometheus',
      url: 'http://p',
      bearerToken: 'env:TOKEN',
      auth: { type: 'none' },
    },
    /has auth beside a bearerToken or username/,
  ],
  [
    'an option of another kind',
    { ...DATADOG, options: { database: 'x' } },
    /"accounts\[0\]\.options" is unknown/,
  ],
  [
    'a password in an address',
    { name: 'db', source: 'sql', url: 'postgres://u:hunter2@db/x' },
    /carries a password/,
  ],
  [
    'an address of another kind',
    { name: 'db', source: 'sql', url: 'redis://db' },
    /must be a URL that begins with one of postgres:\/\//,
  ],
];
for (const [what, account, message] of refusals) {
  test(`${what} is refused by key`, () => {
    assert.throws(
      () => parse(account),
      (error: Error) => message.test(error.message) && !error.message.includes('hunter2'),
    );
  });
}
