import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '../../../../src/errors.ts';
import { readKayentaYml } from '../../../../src/faces/kayenta/kayenta-yml/kayenta-yml.ts';

const FIXTURES = new URL('../fixtures/kayenta-yml/', import.meta.url);

function readFixture(name: string, env: Record<string, string> = {}) {
  return readKayentaYml(readFileSync(new URL(name, FIXTURES), 'utf8'), env);
}

test('a configuration of Halyard: Prometheus accounts, names of stores, port', () => {
  const { document, secrets, warnings } = readFixture('halyard.yml', { PROM_US_TOKEN: 'us-token' });
  const common = { source: 'prometheus', scopeLabel: 'host', attempts: 5 };
  assert.deepEqual(document, {
    server: { host: '0.0.0.0', port: 8090 },
    accounts: [
      {
        ...common,
        name: 'prom-eu',
        url: 'https://prometheus.eu.example',
        username: 'canary',
        password: 'env:kayenta.prometheus.accounts[0].password',
      },
      {
        ...common,
        name: 'prom-us',
        url: 'http://prometheus.us.example:9090',
        bearerToken: 'env:kayenta.prometheus.accounts[1].bearerToken',
      },
    ],
    remoteJudge: {},
    kayenta: {
      accounts: [{ name: 'results-s3', supportedTypes: ['OBJECT_STORE', 'CONFIGURATION_STORE'] }],
      standaloneAnalysis: true,
    },
  });
  assert.deepEqual(secrets, {
    'kayenta.prometheus.accounts[0].password': 'pa:ss$word',
    'kayenta.prometheus.accounts[1].bearerToken': 'us-token',
  });
  assert.deepEqual(warnings, [
    `kayenta.yml: "kayenta.aws": "results-s3" mean this service's own store; "canary import kayenta" brings what theirs hold`,
    'kayenta.yml: "redis" has no effect here',
    'kayenta.yml: "kayenta.prometheus" has keys without effect here: metadataCachingIntervalMS',
    'kayenta.yml: "kayenta.metrics" has keys without effect here: retry.backoffPeriodMultiplierMs',
    'kayenta.yml: "swagger" has no effect here',
  ]);
});

test('written by hand: kebab-case, dotted keys, nested placeholders, lists as text, profiles', () => {
  const { document, secrets, warnings } = readFixture('by-hand.yml', { DEFAULT_SCOPE_LABEL: 'vm' });
  assert.deepEqual(document, {
    server: { port: 18090 },
    accounts: [
      {
        source: 'prometheus',
        scopeLabel: 'vm',
        name: 'prom-eu',
        url: 'http://prom-eu.example:9090/base',
        username: 'canary',
        password: 'env:kayenta.prometheus.accounts[0].password',
        health: true,
      },
      {
        name: 'dd-one',
        source: 'datadog',
        auth: {
          type: 'headers',
          headers: {
            'DD-API-KEY': 'env:kayenta.datadog.accounts[0].apiKey',
            'DD-APPLICATION-KEY': 'env:kayenta.datadog.accounts[0].applicationKey',
          },
        },
      },
    ],
    remoteJudge: { url: 'http://judge.example:8080' },
    kayenta: {
      accounts: [{ name: 'gcp', supportedTypes: ['OBJECT_STORE', 'CONFIGURATION_STORE'] }],
      standaloneAnalysis: false,
    },
  });
  assert.deepEqual(secrets, {
    'kayenta.prometheus.accounts[0].password': 'file:pass',
    'kayenta.datadog.accounts[0].apiKey': 'datadog-secret-example',
    'kayenta.datadog.accounts[0].applicationKey': 'datadog-secret-example',
  });
  assert.deepEqual(warnings, [
    'kayenta.yml: the part for profile "local" is left out: none is active',
    'kayenta.yml: "kayenta.google.accounts[0]" has no jsonPath, so "gcp" has no metrics: only the key of a service account is supported',
    `kayenta.yml: "kayenta.google": "gcp" mean this service's own store; "canary import kayenta" brings what theirs hold`,
    'kayenta.yml: "kayenta.data-migration" has no effect here',
    'kayenta.yml: "management" has no effect here',
  ]);
});

test('no secret of the file is in a warning, whatever becomes of its section', () => {
  const all = ['halyard.yml', 'by-hand.yml'].flatMap(
    (name) => readFixture(name, { PROM_US_TOKEN: 'us-token' }).warnings,
  );
  assert.doesNotMatch(all.join('\n'), /secret-example|pa:ss|us-token|not-a-real|AKIA/);
});

test('accounts of a section that is not enabled are left out, as Kayenta does', () => {
  const yaml = 'kayenta: {prometheus: {accounts: [{name: a, endpoint: {baseUrl: "http://a"}}]}}';
  const { document, warnings } = readKayentaYml(yaml, {});
  assert.deepEqual(document['accounts'], undefined);
  assert.match(warnings.join(), /"kayenta.prometheus" is not enabled there, so "a" cannot be used/);
});

const REFUSALS: [string, string, RegExp][] = [
  [
    'a variable that is not set',
    'kayenta: {prometheus: {enabled: true, accounts: [{name: "${NOPE}"}]}}',
    /^configuration key "kayenta.prometheus.accounts\[0\].*\.name" has the placeholder \$\{NOPE\}/,
  ],
  [
    'an account without an address',
    'kayenta: {prometheus: {enabled: true, accounts: [{name: a}]}}',
    /"kayenta.prometheus.accounts\[0\].endpoint.baseUrl" is missing/,
  ],
  [
    'an address with a password',
    'kayenta: {prometheus: {enabled: true, accounts: [{name: a, endpoint: {baseUrl: "http://u:hunter2@a"}}]}}',
    /"kayenta.prometheus.accounts\[0\].endpoint.baseUrl" carries a user name or password/,
  ],
  ['a value that refers to itself', 'server: {port: "${server.port}"}', /refers to itself/],
  ['a port of letters', 'server: {port: many}', /"server.port" must be a whole number/],
  [
    'a switch that is neither on nor off',
    'kayenta: {prometheus: {enabled: maybe}}',
    /"kayenta.prometheus.enabled" must be true or false/,
  ],
  [
    'a login file that is not there',
    'kayenta: {prometheus: {enabled: true, accounts: [{name: a, endpoint.baseUrl: "http://a", usernamePasswordFile: /nope}]}}',
    /usernamePasswordFile" names the file "\/nope", which cannot be read \(ENOENT\)/,
  ],
];
for (const [name, yaml, message] of REFUSALS) {
  test(`${name} is refused by key, without secrets`, () => {
    assert.throws(
      () => readKayentaYml(yaml, {}),
      (error: Error) => message.test(error.message) && !error.message.includes('hunter2'),
    );
  });
}

test('a file that is no YAML is refused without its text', () => {
  const yaml = 'kayenta:\n  a: b: hunter2\n';
  assert.throws(
    () => readKayentaYml(yaml, {}),
    (error: Error) => /line 2/.test(error.message) && !error.message.includes('hunter2'),
  );
});

test('a placeholder nobody needs may stay open', () => {
  assert.deepEqual(readKayentaYml('redis: {connection: "${NOPE}"}', {}).document['server'], {});
});

test('whatever a section holds, the answer is a document or a fault', () => {
  const names = ['enabled', 'accounts', 'name', 'endpoint', 'baseUrl', 'retry', 'supportedTypes'];
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('true', '${A}', '${A:${B:c}}', '${', 'http://a', null, 7),
      fc.array(tie('tree'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 3 }),
    ),
  }));
  const sections = ['prometheus', 'aws', 'datadog', 'remote-judge', 'metrics', 'unheard-of'];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...sections), tree, { maxKeys: 3 }), (kayenta) => {
      try {
        readKayentaYml(JSON.stringify({ kayenta }), { A: 'a' });
      } catch (error) {
        assert.ok(error instanceof Fault && error.code === 'bad-configuration', String(error));
      }
    }),
  );
});
