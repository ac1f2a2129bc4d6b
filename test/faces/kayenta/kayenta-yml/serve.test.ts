// A team's own kayenta.yml starts the service: its accounts, the names of its stores, and not one secret in the log.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServe } from '../../../support/process.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/kayenta-yml/', import.meta.url));

test('the configuration of Halyard: names resolve as before, warnings are logged, secrets are not', async () => {
  using directory = temporaryDirectory();
  const env = { CANARY_SERVER_HOST: '127.0.0.1', PROM_US_TOKEN: 'us-token-example' };
  const service = await startServe(directory.path, env, [
    '--kayenta-yml',
    `${FIXTURES}halyard.yml`,
  ]);
  try {
    const ask = async (path: string) => {
      const answer = await fetch(service.url + path);
      return { status: answer.status, json: (await answer.json()) as Record<string, unknown>[] };
    };
    const credentials = await ask('/credentials');
    assert.deepEqual(
      credentials.json.map(({ name, supportedTypes }) => [name, supportedTypes]),
      [
        ['prom-eu', ['METRICS_STORE']],
        ['prom-us', ['METRICS_STORE']],
        ['results-s3', ['OBJECT_STORE', 'CONFIGURATION_STORE']],
      ],
    );
    assert.equal((await ask('/canaryConfig?configurationAccountName=results-s3')).status, 200);
    assert.equal((await ask('/canaryConfig?configurationAccountName=nobody')).status, 400);
    const shown = service.log() + JSON.stringify(credentials.json);
    assert.match(shown, /kayenta\.yml: \\"redis\\" has no effect here/);
    assert.doesNotMatch(shown, /pa:ss|us-token|aws-secret|not-a-real/);
  } finally {
    await service.end('SIGTERM');
  }
});

test('an account of Datadog is listed as Kayenta lists it, without its keys', async () => {
  using directory = temporaryDirectory();
  const file = `${FIXTURES}by-hand.yml`;
  const service = await startServe(directory.path, {}, ['--kayenta-yml', file]);
  try {
    const answer = await fetch(`${service.url}/credentials`);
    const listed = (await answer.json()) as { name: string }[];
    assert.deepEqual(
      listed.find(({ name }) => name === 'dd-one'),
      {
        name: 'dd-one',
        type: 'datadog',
        supportedTypes: ['METRICS_STORE'],
        locations: [],
        recommendedLocations: [],
        endpoint: { baseUrl: 'https://api.datadoghq.com' },
      },
    );
    assert.doesNotMatch(service.log() + JSON.stringify(listed), /datadog-secret/);
  } finally {
    await service.end('SIGTERM');
  }
});

test('standalone analyses that it switches off answer 404', async () => {
  using directory = temporaryDirectory();
  const file = `${FIXTURES}by-hand.yml`;
  const service = await startServe(directory.path, {}, ['--kayenta-yml', file]);
  try {
    const start = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    const answer = await fetch(`${service.url}/standalone_canary_analysis`, start);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /switched off by kayenta\.standaloneAnalysis/);
  } finally {
    await service.end('SIGTERM');
  }
});
