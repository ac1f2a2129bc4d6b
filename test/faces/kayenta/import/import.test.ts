// Moving in: what a Kayenta has stored, as a folder or behind its API, is here afterwards under the same ids.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCanary } from '../../../support/canary.ts';
import { OPERATOR, startTestService, type TestService } from '../../../support/service.ts';
import { startStubServer } from '../../../support/stub-server.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const STORE = fileURLToPath(new URL('../fixtures/kayenta-store', import.meta.url));
const CONFIG = '2b1d0c9e-7a55-4f0e-9f83-0c8f2f8a1e11';
const PAIRS = '581dd9b7-5a0d-42c2-aecc-c6e6600d2591';
const SETS = '9f0c1f9d-6a55-4a51-8c1c-d6a3f0f7a001';
const CANARY = '01KF0Q4ZB8N2W7M5T3R6Y9C1DA';
const STANDALONE = '01KF0M1VJ4Q8ZC3X7N5B2T9RYE';

const FILES: [path: string, file: string][] = [
  [`/canaryConfig/${CONFIG}`, `canary_config/${CONFIG}/checkout-golden.json`],
  [`/metricSetPairList/${PAIRS}`, `metric_pairs/${PAIRS}/metric_set_pairs.json`],
  [`/metricSetList/${SETS}`, `metrics/${SETS}/metric_sets.json`],
  [`/canary/${CANARY}`, `canary_archive/${CANARY}/canary_archive.json`],
  [
    `/standalone_canary_analysis/${STANDALONE}`,
    `standalone_canary_archive/${STANDALONE}/standalone_canary_archive.json`,
  ],
];

let here: TestService;
let there: TestService;
before(async () => {
  [here, there] = [await startTestService(OPERATOR), await startTestService(OPERATOR)];
});
after(async () => {
  await here.close();
  await there.close();
});

function importFrom(source: string, target: TestService | string, ...more: string[]) {
  const server = typeof target === 'string' ? target : target.url;
  const tokens = { CANARY_TOKEN: OPERATOR.TEST_OPERATOR };
  return runCanary(['import', 'kayenta', source, '--server', server, ...more], { env: tokens });
}

const FAILED = `failed: canary_config bad-name: Canary config cannot be named 'not good!'. Names must contain only letters, numbers, dashes (-) and underscores (_).
failed: metrics two-files: folder "${join(STORE, 'metrics/two-files')}" has 2 files (a.json, b.json), where Kayenta has one
`;

test('a folder: every object is here under its id, and what failed is named', async () => {
  const { code, stdout, stderr } = await importFrom(STORE, here);
  assert.equal(
    stdout,
    `canary configs: 2 imported, 1 failed
metric set lists: 1 imported, 1 failed
metric set pair lists: 1 imported
canary results: 1 imported
standalone analyses: 1 imported
${FAILED}`,
    stderr,
  );
  assert.equal(code, 3);
  for (const [path, file] of FILES) {
    const answer = await here.call('get', path);
    assert.equal(answer.status, 200, path);
    assert.deepEqual(answer.body, JSON.parse(readFileSync(join(STORE, file), 'utf8')), path);
  }
  const unnamed = await here.call('get', '/canaryConfig/hand.made-id');
  assert.equal(unnamed.body.id, 'hand.made-id');
});

test('again: what is there is left alone, unless it shall be overwritten', async () => {
  await here.call('put', `/canaryConfig/${CONFIG}`, {
    body: { name: 'edited-here', applications: ['checkout'], classifier: {} },
  });
  const again = await importFrom(STORE, here);
  assert.match(again.stdout, /^canary configs: 2 already there, 1 failed\n/);
  assert.match(again.stdout, /\nstandalone analyses: 1 already there\n/);
  assert.equal((await here.call('get', `/canaryConfig/${CONFIG}`)).body.name, 'edited-here');
  const over = await importFrom(STORE, here, '--overwrite');
  assert.match(over.stdout, /^canary configs: 2 replaced, 1 failed\n/);
  assert.match(over.stdout, /\nmetric set pair lists: 1 replaced\ncanary results: 1 replaced\n/);
  assert.equal((await here.call('get', `/canaryConfig/${CONFIG}`)).body.name, 'checkout-golden');
});

test('a running Kayenta: the same through its API, but for standalone analyses', async () => {
  using directory = temporaryDirectory();
  const own = join(directory.path, 'own');
  writeFileSync(own, OPERATOR.TEST_OPERATOR);
  const more = ['--source-token-file', own];
  const { code, stdout, stderr } = await importFrom(here.url, there, ...more);
  assert.equal(
    stdout,
    `canary configs: 2 imported
metric set lists: 1 imported
metric set pair lists: 1 imported
canary results: 1 imported
standalone analyses: none
`,
    stderr,
  );
  assert.equal(code, 0);
  for (const [path] of FILES.slice(0, 4)) {
    const [original, copy] = [await here.call('get', path), await there.call('get', path)];
    assert.deepEqual(copy.body, original.body, path);
  }
});

test('a Kayenta behind a token is shown its own, not that of the target', async () => {
  const guarded = await startTestService({
    CANARY_SERVER_TOKENS: '[{name: mover, token: env:MOVER}]',
    MOVER: 'the-token-of-the-source',
  });
  const empty = await startTestService();
  using directory = temporaryDirectory();
  const [own, others] = [join(directory.path, 'own'), join(directory.path, 'others')];
  writeFileSync(own, 'the-token-of-the-source\n');
  writeFileSync(others, 'the-token-of-the-target\n');
  const refused = await importFrom(guarded.url, empty, '--token-file', own);
  assert.deepEqual([refused.code, refused.stdout], [3, '']);
  assert.match(refused.stderr, /refused \/credentials/);
  const tokens = ['--token-file', others, '--source-token-file', own];
  const { code, stdout } = await importFrom(guarded.url, empty, ...tokens);
  await Promise.all([guarded.close(), empty.close()]);
  assert.match(stdout, /^canary configs: none\n/);
  assert.equal(code, 0);
});

test('a list that a Kayenta refuses is told, and the others are copied', async () => {
  const kayenta = await startStubServer(({ path }) => {
    if (path === '/credentials') {
      const types = ['OBJECT_STORE', 'CONFIGURATION_STORE'];
      return { body: JSON.stringify([{ name: 's3', supportedTypes: types }]) };
    }
    if (!path.startsWith('/canaryConfig')) return { body: '[]' };
    return { status: 400, body: '{"message":"Canary config index not ready."}' };
  });
  const { code, stdout } = await importFrom(kayenta.url, there);
  await kayenta.close();
  assert.equal(code, 3);
  assert.match(stdout, /^canary configs: 1 failed\nmetric set lists: none\n/);
  assert.match(
    stdout,
    /failed: canary_config all of account s3: .* Canary config index not ready\./,
  );
});

test('what cannot be imported from, or to, is one sentence', async () => {
  using empty = temporaryDirectory();
  mkdirSync(join(empty.path, 'kayenta'));
  const folder = await importFrom(empty.path, here);
  assert.deepEqual([folder.code, folder.stdout], [3, '']);
  assert.match(folder.stderr, /has none of canary_config, .*: give the one that holds them/);
  const gone = await startStubServer(() => 'never');
  await gone.close();
  const target = await importFrom(STORE, gone.url);
  assert.equal(target.code, 3);
  assert.match(target.stderr, /server http:\/\/127\.0\.0\.1:\d+ does not answer: ECONNREFUSED/);
  assert.equal((await runCanary(['import', 'kayenta'])).code, 3);
  const unknown = await runCanary(['import', 'spinnaker', STORE]);
  assert.equal(unknown.code, 3);
  assert.match(
    unknown.stderr,
    /"slo" or "store" or "kayenta" is needed; see "canary import --help"/,
  );
});

test('without tokens nothing is stored under a given id, as nobody shows that they may do so', async () => {
  const open = await startTestService();
  const { code, stdout } = await importFrom(STORE, open);
  await open.close();
  assert.equal(code, 3);
  assert.match(stdout, /^canary configs: 2 imported, 1 failed\nmetric set lists: 2 failed\n/);
  assert.match(
    stdout,
    /was not stored, because this service has no tokens .*: set server\.tokens$/m,
  );
});

test('what was imported is told in the log, with who did it', () => {
  const lines = here.log.filter((line) => line.includes('stored under a given id'));
  assert.ok(lines.length >= 3);
  assert.ok(lines.every((line) => line.includes('"by":"ops"')));
});

test('what is put must be what GET promises', async () => {
  const wrong: [path: string, body: unknown, place: RegExp][] = [
    [`/standalone_canary_analysis/put-1`, {}, /is required/],
    [
      `/metricSetList/put-1`,
      [{ name: 'a', values: [1], startTimeMillis: 'soon' }],
      /startTimeMillis/,
    ],
    [`/metricSetPairList/put-1`, [{ name: 'a' }], /./],
  ];
  for (const [path, body, place] of wrong) {
    const answer = await here.call('put', path, { body: body as object });
    assert.equal(answer.status, 400, path);
    assert.match(answer.text, place);
    assert.equal((await here.call('get', path)).status, 404, path);
  }
});

test('an analysis that ran here is never replaced by one from elsewhere', async () => {
  const body = {
    config: { name: 'own', metrics: [{ name: 'a', query: { source: 'inline' } }] },
    baseline: { scope: 'a' },
    canary: { scope: 'b' },
    pairs: [
      { metric: 'a', start: '2026-01-15T10:00:00Z', step: '60s', baseline: [1], canary: [1] },
    ],
  };
  const { id } = (await here.call('post', '/api/v1/analyses', { body })).body;
  const status = JSON.parse(readFileSync(join(STORE, FILES[4]![1]), 'utf8')) as object;
  const answer = await here.call('put', `/standalone_canary_analysis/${id}`, { body: status });
  assert.equal(answer.status, 400);
  assert.match(answer.body.message, /ran here and cannot be replaced/);
});
