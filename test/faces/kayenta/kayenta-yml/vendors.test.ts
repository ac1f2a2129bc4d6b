// The accounts of Kayenta's other sources, as our own configuration has them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { readKayentaYml } from '../../../../src/faces/kayenta/kayenta-yml/kayenta-yml.ts';
import { accounts } from '../../../../src/settings/account.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

/** The accounts of such a file, its secrets resolved, and its warnings. */
function read(kayenta: object) {
  const { document, secrets, warnings } = readKayentaYml(JSON.stringify({ kayenta }), {});
  const place = { key: 'accounts', env: secrets };
  return { accounts: accounts.parse(document['accounts'], place), warnings };
}

const section = (account: object) => ({ enabled: true, accounts: [{ name: 'a', ...account }] });
const endpoint = { baseUrl: 'http://vendor.example' };

test('graphite and influxdb: an address is all', () => {
  const made = read({
    graphite: section({ endpoint }),
    influxdb: section({ name: 'b', endpoint }),
  });
  assert.deepEqual(
    made.accounts.map(({ source, url }) => [source, url]),
    [
      ['graphite', 'http://vendor.example'],
      ['influxdb', 'http://vendor.example'],
    ],
  );
  assert.deepEqual(made.warnings, []);
});

test('atlas: the address of the list of backends', () => {
  const backendsJsonBaseUrl = 'http://atlas.example:8080';
  const { accounts: made, warnings } = read({ atlas: section({ backendsJsonBaseUrl }) });
  assert.deepEqual(
    made.map(({ source, url, options }) => [source, url, options?.['backends']]),
    [['atlas', backendsJsonBaseUrl, true]],
  );
  assert.deepEqual(warnings, []);
  assert.throws(() => read({ atlas: section({}) }), /kayenta\.atlas\.accounts.*missing/);
});

test('newrelic: the key of the Insights API, the number of the account, default keys', () => {
  const keys = { apiKey: 'secret-example', applicationKey: '1234567', defaultScopeKey: 'version' };
  const made = read({ newrelic: section(keys) });
  assert.deepEqual(made, {
    accounts: [
      {
        name: 'a',
        source: 'newrelic',
        url: 'https://insights-api.newrelic.com',
        headers: { 'X-Query-Key': 'secret-example' },
        settleMs: 120_000,
        options: {
          ...made.accounts[0]!.options,
          accountId: 1234567,
          api: 'insights',
          scopeKey: 'version',
        },
      },
    ],
    warnings: [],
  });
  const { accounts: other } = read({ newrelic: section({ ...keys, endpoint }) });
  assert.equal(other[0]!.url, 'http://vendor.example');
  assert.throws(
    () => read({ newrelic: section({ ...keys, applicationKey: 'abc' }) }),
    /options\.accountId" must be a whole number/,
  );
});

test('signalfx: a token, and the stream of the default realm where no address is written', () => {
  const keys = { accessToken: 'secret-example', defaultLocationKey: 'region' };
  const { accounts: made, warnings } = read({ signalfx: section(keys) });
  assert.deepEqual(
    made.map(({ url, headers, options }) => [url, headers, options?.['locationKey']]),
    [['https://stream.signalfx.com', { 'X-SF-TOKEN': 'secret-example' }, 'region']],
  );
  assert.deepEqual(warnings, []);
});

test('stackdriver: the accounts of google that have metrics and a key', () => {
  using directory = temporaryDirectory();
  const jsonPath = `${directory.path}/key.json`;
  writeFileSync(jsonPath, JSON.stringify({ client_email: 'a@p', private_key: 'secret-example' }));
  const google = section({ project: 'p1', jsonPath, supportedTypes: ['METRICS_STORE'] });
  const { accounts: made, warnings } = read({ google, stackdriver: { enabled: true } });
  assert.deepEqual(
    made.map(({ name, source, options, signing }) => [
      name,
      source,
      options?.['project'],
      signing?.type,
    ]),
    [['a', 'stackdriver', 'p1', 'google']],
  );
  assert.deepEqual(warnings, []);
  const stores = section({ project: 'p1', jsonPath, supportedTypes: ['OBJECT_STORE'] });
  const other = readKayentaYml(
    JSON.stringify({ kayenta: { google: stores, stackdriver: { enabled: true } } }),
    {},
  );
  assert.equal(other.document['accounts'], undefined);
});

test('wavefront: an address and a token', () => {
  const { accounts: made, warnings } = read({
    wavefront: section({ endpoint, apiToken: 'secret-example' }),
  });
  assert.deepEqual(
    made.map(({ url, bearerToken }) => [url, bearerToken]),
    [['http://vendor.example', 'secret-example']],
  );
  assert.deepEqual(warnings, []);
});
