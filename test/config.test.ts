import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { parseDocument, visit, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { FACE_SETTINGS } from '../src/compose/faces.ts';
import { defaultConfigFile, loadConfig as loadAny } from '../src/config.ts';
import { Fault } from '../src/errors.ts';
import { variableNames } from '../src/settings/layers.ts';
import { schemaOf } from '../src/settings/schema.ts';

const schema = schemaOf(FACE_SETTINGS);
const loadConfig = (options: Omit<Parameters<typeof loadAny>[0], 'faces'>) =>
  loadAny({ faces: FACE_SETTINGS, ...options });
const directory = mkdtempSync(join(tmpdir(), 'canary-config-'));
after(() => rmSync(directory, { recursive: true }));
let files = 0;

function write(text: string): string {
  files += 1;
  const file = join(directory, `${files}.txt`);
  writeFileSync(file, text);
  return file;
}

function load(yaml: string, env: Record<string, string> = {}) {
  return loadConfig({ file: write(yaml), env });
}

function refusal(yaml: string, env: Record<string, string> = {}): string {
  let refused: unknown;
  try {
    load(yaml, env);
  } catch (error) {
    refused = error;
  }
  assert.ok(refused instanceof Fault && refused.code === 'bad-configuration', String(refused));
  return refused.message;
}

test('without a file the defaults hold', () => {
  const config = loadConfig({ env: {} });
  assert.deepEqual(config.server, {
    host: '127.0.0.1',
    port: 8090,
    publicUrl: undefined,
    tokens: [],
    signingSecret: undefined,
    sessionLifetimeMs: 12 * 3_600_000,
    reportLinkLifetimeMs: 7 * 86_400_000,
    allowedHosts: [],
    cors: { origins: [] },
    maxBodyBytes: 10_485_760,
  });
  assert.equal(config.data.retentionMs, 30 * 86_400_000);
  assert.equal(config.webhooks.timeoutMs, 15_000);
  assert.equal(config.limits.executionDeadlineMs, 120_000);
});

test('the environment lies over the file, the file over the defaults', () => {
  const yaml = 'server: {port: 1, host: 0.0.0.0}\nlog:\n';
  const env = {
    CANARY_SERVER_PORT: '2',
    CANARY_OUTBOUND_WEBHOOKS_ALLOW: '[10.0.0.0/8, ::1]',
    CANARY_LIMITS_EXECUTION_DEADLINE: '1m30s',
    CANARY_DATA_DIRECTORY: '1234',
  };
  const config = load(yaml, env);
  assert.equal(config.server.port, 2);
  assert.equal(config.server.host, '0.0.0.0');
  assert.deepEqual(config.outbound.webhooks.allow, ['10.0.0.0/8', '::1']);
  assert.equal(config.limits.executionDeadlineMs, 90_000);
  assert.equal(config.data.directory, '1234');
  assert.equal(config.log.level, 'info');
  assert.equal(loadConfig({ env: { CANARY_CONFIG: write(yaml) } }).server.port, 1);
});

test('the whole configuration is frozen', () => {
  const config = load('accounts: [{name: a, source: prometheus, url: "http://a"}]');
  assert.throws(() => Object.assign(config.server, { port: 1 }), TypeError);
  assert.throws(() => Object.assign(config.accounts[0]!, { url: '' }), TypeError);
});

test('secrets are read through references', () => {
  const file = write('from-file\n');
  const config = load(
    `
server: {tokens: [{name: ci, token: env:CI}]}
webhooks: {secrets: {default: env:OLD, rotating: [env:OLD, "file:${file}"]}}
accounts:
  - name: prod
    source: prometheus
    url: https://prometheus.example/base/
    username: canary
    password: file:${file}
    headers: {X-Scope-OrgID: team-a, X-Api-Key: env:CI}
    scrapeInterval: 0s
    tls: {caFile: ${write('PEM')}, serverName: inside, insecureSkipVerify: false}
`,
    { CI: 'ci-token', OLD: 'old-secret' },
  );
  assert.deepEqual(config.server.tokens, [{ name: 'ci', token: 'ci-token' }]);
  assert.deepEqual(
    { ...config.webhooks.secrets },
    { default: ['old-secret'], rotating: ['old-secret', 'from-file'] },
  );
  const { headers, ...account } = config.accounts[0]!;
  assert.deepEqual({ ...headers }, { 'X-Scope-OrgID': 'team-a', 'X-Api-Key': 'ci-token' });
  assert.deepEqual(account, {
    name: 'prod',
    source: 'prometheus',
    url: 'https://prometheus.example/base',
    username: 'canary',
    password: 'from-file',
    scrapeIntervalMs: 0,
    tls: { ca: 'PEM', servername: 'inside', rejectUnauthorized: true },
  });
});

function account(more: string): string {
  return `accounts: [{name: a, source: prometheus, url: "http://a", ${more}}]`;
}

test('a literal secret is refused wherever it stands, and not repeated', () => {
  const documents = {
    'server.tokens[0].token': 'server: {tokens: [{name: ci, token: hunter2}]}',
    'webhooks.secrets.default': 'webhooks: {secrets: {default: hunter2}}',
    'webhooks.secrets.default[1]': 'webhooks: {secrets: {default: [env:OK, hunter2]}}',
    'accounts[0].bearerToken': account('bearerToken: hunter2'),
    'accounts[0].password': account('username: u, password: hunter2'),
    'accounts[0].headers.Authorization': account('headers: {Authorization: hunter2}'),
    'accounts[0].headers.x-api-key': account('headers: {x-api-key: hunter2}'),
    'accounts[0].url': 'accounts: [{name: a, source: prometheus, url: "http://u:hunter2@a"}]',
    'redis.url': 'redis: {url: "redis://:hunter2@localhost"}',
  };
  for (const [key, yaml] of Object.entries(documents)) {
    const message = refusal(yaml, { OK: 'x' });
    assert.ok(message.startsWith(`configuration key "${key}" `), message);
    assert.ok(!message.includes('hunter2'), message);
  }
});

function secret(reference: string): string {
  return `webhooks: {secrets: {default: "${reference}"}}`;
}

test('a reference to nothing names its key and what is missing', () => {
  assert.equal(
    refusal(secret('env:NOPE')),
    'configuration key "webhooks.secrets.default" refers to the environment variable NOPE, which is not set',
  );
  assert.match(refusal(secret('file:/nope/x')), /names the file "\/nope\/x".*ENOENT/);
  assert.match(refusal(secret(`file:${write(' \n')}`)), /which is empty/);
});

test('REDIS_URL sets the queue, below CANARY_REDIS_URL', () => {
  const env = { REDIS_URL: 'redis://:pw@one:6379' };
  assert.equal(load('redis: {url: "redis://two"}', env).redis.url, 'redis://:pw@one:6379');
  assert.equal(load('', { ...env, CANARY_REDIS_URL: 'redis://3' }).redis.url, 'redis://3');
  assert.equal(load('').redis.url, undefined);
  assert.match(refusal('', { REDIS_URL: 'http://x' }), /"redis.url" must be a redis:\/\//);
});

test('an unknown key is refused with the one that was meant', () => {
  assert.equal(
    refusal('server: {prot: 1}'),
    'configuration key "server.prot" is unknown; did you mean "port"?',
  );
  assert.equal(
    refusal('server: {address: 1}'),
    'configuration key "server.address" is unknown; known here: host, port, publicUrl, tokens, signingSecret, sessionLifetime, reportLinkLifetime, allowedHosts, cors, maxBodyBytes',
  );
  assert.match(refusal('limits: {fetchConcurency: 1}'), /did you mean "fetchConcurrency"\?/);
  assert.match(refusal('webhook: {}'), /"webhook" is unknown; did you mean "webhooks"\?/);
  assert.match(refusal('__proto__: {}'), /"__proto__" is unknown/);
});

test('a slip in a variable is refused, other people’s variables are not', () => {
  assert.match(refusal('', { CANARY_SERVER_PROT: '1' }), /did you mean "CANARY_SERVER_PORT"\?/);
  const others = { CANARY_SERVICE_HOST: '10.0.0.1', CANARY_URL: 'http://x', CANARY_TOKEN: 'x' };
  assert.equal(load('', others).server.host, '127.0.0.1');
  const referred = { CANARY_SERVER_TOKEN: 'x' };
  const yaml = 'server: {tokens: [{name: ci, token: env:CANARY_SERVER_TOKEN}]}';
  assert.equal(load(yaml, referred).server.tokens.length, 1);
});

test('a value of the wrong kind names key, expectation and kind', () => {
  const cases: [string, string][] = [
    ['server: {port: abc}', '"server.port" must be a whole number from 0 to 65535, not that text'],
    ['server: {port: 70000}', '"server.port" must be a whole number from 0 to 65535, not 70000'],
    ['server: []', '"server" must be a map of keys to values, not a list'],
    [
      'webhooks: {timeout: 15}',
      '"webhooks.timeout" must be a duration above zero and at most 24d, like 30s or 5m, not 15',
    ],
    [
      'outbound: {sources: {allow: [10.0.0.0/33]}}',
      '"outbound.sources.allow[0]" must be an address or a range like 10.0.0.0/8, not that text',
    ],
    ['accounts: {}', '"accounts" must be a list, not a map'],
    [
      'log: {level: loud}',
      '"log.level" must be one of error, warn, info, debug, silent, not that text',
    ],
    [
      'server: {allowedHosts: ["https://x"]}',
      '"server.allowedHosts[0]" must be a host name like canary.example.com or *.example.com, not that text',
    ],
    [
      'server: {cors: {origins: ["https://x/"]}}',
      '"server.cors.origins[0]" must be an origin like https://deck.example.com, without a path, not that text',
    ],
    ['server: {publicUrl: "ftp://x"}', '"server.publicUrl" must be an http:// or https:// URL'],
    [
      'accounts: [{name: a, source: prometheus, url: "http://a", username: u}]',
      '"accounts[0]" needs both a username and a password, or neither',
    ],
  ];
  for (const [yaml, message] of cases) assert.equal(refusal(yaml), `configuration key ${message}`);
  const twice = '{name: a, source: prometheus, url: "http://a"}';
  assert.match(refusal(`accounts: [${twice}, ${twice}]`), /has the name "a" twice/);
  assert.match(refusal('', { CANARY_SERVER_PORT: 'x' }), /key "CANARY_SERVER_PORT" must be/);
  assert.match(refusal('[]'), /cannot be used: it must be a map of keys to values$/);
  assert.match(refusal('server: {'), /^configuration file ".*" cannot be used: /);
  assert.throws(() => loadConfig({ file: '/nope.yaml', env: {} }), /cannot be used: ENOENT/);
});

test('whatever the file holds, the answer is a configuration or a fault', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('30s', 'env:X', 8090, null));
  const names = Object.keys(schema.fields!);
  const inner = Object.values(schema.fields!).flatMap((field) => Object.keys(field.fields ?? {}));
  const document = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(value, fc.dictionary(fc.constantFrom(...inner), value, { maxKeys: 2 })),
    { maxKeys: 2 },
  );
  const file = write('');
  fc.assert(
    fc.property(document, (tree) => {
      writeFileSync(file, JSON.stringify(tree));
      try {
        loadConfig({ file, env: {} });
      } catch (error) {
        assert.ok(error instanceof Fault && error.code === 'bad-configuration', String(error));
      }
    }),
  );
});

test('every key of the schema is in the default file, explained by a comment', () => {
  const document = parseDocument(readFileSync(defaultConfigFile(), 'utf8'));
  const explained = new Map<string, boolean>();
  visit(document, {
    Pair(_, pair, ancestors) {
      const { key, value } = pair as Pair<Scalar<string>, YAMLMap | Scalar>;
      const path = [...ancestors.filter(isPair).map((above) => above.key.value), key.value];
      const map = ancestors.at(-1) as YAMLMap;
      // The comment above a map's first key belongs to the map.
      const comment = key.commentBefore ?? (map.items[0] === pair ? map.commentBefore : undefined);
      const isSection = value !== null && 'items' in value && value.items.length > 0;
      if (!isSection) explained.set(path.join('.'), comment !== undefined && comment !== null);
    },
  });
  assert.deepEqual([...explained.keys()].sort(), keysOf(schema.fields!).sort());
  const silent = [...explained].filter(([, isExplained]) => !isExplained).map(([key]) => key);
  assert.deepEqual(silent, []);
});

test('docs/reference/configuration.md has a row with variable and default for every key', () => {
  const page = readFileSync(new URL('../docs/reference/configuration.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w.]+)` *\| `(CANARY_\w+)` *\| `([^|`]*)` *\|/gm)];
  const defaults = parseDocument(readFileSync(defaultConfigFile(), 'utf8'));
  const variables = variableNames(schema);
  const expected = keysOf(schema.fields!).map((key, index) => {
    const value: unknown = defaults.getIn(key.split('.'));
    return [key, variables[index], JSON.stringify(value).replaceAll('"', '')];
  });
  assert.deepEqual(
    rows.map(([, ...cells]) => cells),
    expected,
  );
});

function isPair(node: unknown): node is Pair<Scalar<string>> {
  return typeof node === 'object' && node !== null && 'key' in node;
}

function keysOf(fields: NonNullable<typeof schema.fields>, prefix = ''): string[] {
  return Object.entries(fields).flatMap(([name, inner]) =>
    inner.fields === undefined ? [prefix + name] : keysOf(inner.fields, `${prefix}${name}.`),
  );
}

test('a service that is open to other machines without a token is warned of', () => {
  const warningsOf = (env: Record<string, string>) => loadConfig({ env }).warnings;
  assert.deepEqual(warningsOf({}), []);
  assert.match(warningsOf({ CANARY_SERVER_HOST: '0.0.0.0' })[0] ?? '', /wants no token/);
  const tokens = { CANARY_SERVER_TOKENS: '[{name: ci, token: env:CI_TOKEN}]', CI_TOKEN: 'x' };
  assert.deepEqual(warningsOf({ CANARY_SERVER_HOST: '0.0.0.0', ...tokens }), []);
});
