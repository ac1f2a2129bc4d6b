// Configs in files, as somebody keeps them in a repository: taken over, changed, broken, mended, taken away.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startTestService, type TestService } from '../support/service.ts';
import { until } from '../support/poll.ts';

let api: TestService;
let directory: string;
const file = (name: string) => join(directory, name);
const config = (name: string, tolerance = 1.1) => `name: ${name}
metrics:
  - name: errors
    query: {source: inline}
    direction: increase
    tolerance: {increase: ${tolerance}}
`;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'canary-configs-'));
  await writeFile(file('checkout.yaml'), config('checkout'));
  await writeFile(file('search.json'), JSON.stringify({ name: 'search', metrics: [METRIC] }));
  await writeFile(file('.hidden.yaml'), ': no yaml');
  api = await startTestService({
    CANARY_CONFIGS_DIRECTORY: directory,
    CANARY_CONFIGS_RELOAD_EVERY: '50ms',
  });
});
after(() => rm(directory, { recursive: true, force: true }));

const METRIC = { name: 'errors', query: { source: 'inline' }, direction: 'increase' };

const versionOf = async (name: string) => {
  const { status, body } = await api.call('get', `/api/v1/configs/${name}`);
  return status === 200 ? (body.version as number) : undefined;
};
const warnings = async () =>
  (await api.call('get', '/ready')).body.warnings as string[] | undefined;

test('files are there at start, and say who stored them', async () => {
  assert.deepEqual([await versionOf('checkout'), await versionOf('search')], [1, 1]);
  const { body } = await api.call('get', '/api/v1/configs/checkout/versions');
  assert.equal(body.items[0].by, 'configs.directory');
  assert.equal(await warnings(), undefined);
});

test('the API changes none of them, and says where to', async () => {
  const body = { name: 'search', metrics: [METRIC] };
  const answers = [
    await api.call('put', '/api/v1/configs/search', { body }),
    await api.call('post', '/api/v1/configs', { body }),
    await api.call('delete', '/api/v1/configs/search'),
  ];
  for (const answer of answers) {
    assert.equal(answer.status, 409);
    assert.match(answer.body.detail, /file search\.json of configs\.directory/);
  }
});

test('a change is a new version; the same text is none', async () => {
  await writeFile(file('checkout.yaml'), config('checkout', 1.2));
  await until('the files to be read again', async () => (await versionOf('checkout')) === 2);
  await writeFile(file('checkout.yaml'), `# a word\n${config('checkout', 1.2)}`);
  await writeFile(file('later.yaml'), config('later'));
  await until('the files to be read again', async () => (await versionOf('later')) === 1); // it was read again meanwhile
  assert.equal(await versionOf('checkout'), 2);
});

test('a broken file keeps the last good one, is told once mended no more, and deletes nothing', async () => {
  await writeFile(file('checkout.yaml'), 'name: checkout\nmetrics: [\n');
  await rm(file('later.yaml'));
  await until('the files to be read again', async () => (await warnings()) !== undefined);
  assert.match((await warnings())![0]!, /^checkout\.yaml: line \d+, column \d+: /);
  assert.deepEqual([await versionOf('checkout'), await versionOf('later')], [2, 1]);
  await writeFile(file('checkout.yaml'), config('checkout').replace('increase', 'sideways'));
  await until(
    'the files to be read again',
    async () => (await warnings())?.[0]?.includes('/metrics/0/direction') === true,
  );
  await writeFile(file('checkout.yaml'), config('checkout', 1.3));
  await until('the files to be read again', async () => (await warnings()) === undefined);
  assert.equal(await versionOf('checkout'), 3);
  await until('the files to be read again', async () => (await versionOf('later')) === undefined);
  const told = api.log.filter((line) => line.includes('cannot be used'));
  assert.equal(told.length, 2, told.join('\n'));
});

test('two files of one name are refused both', async () => {
  await writeFile(file('again.yaml'), config('search'));
  await until('the files to be read again', async () => (await warnings())?.length === 2);
  assert.match((await warnings())![0]!, /again\.yaml: the config "search" is in 2 files/);
  await rm(file('again.yaml'));
  await until('the files to be read again', async () => (await warnings()) === undefined);
});

test('what went while no service ran is gone at the next start; what the API stored stays', async () => {
  const body = { name: 'own', metrics: [METRIC] };
  assert.equal((await api.call('post', '/api/v1/configs', { body })).status, 201);
  const home = api.directory;
  const { search, own } = await withoutSearch(home);
  assert.deepEqual([search, own], [404, 200]);
});

/** A second service on a copy of the configs: the first one's store is its own. */
async function withoutSearch(home: string) {
  await api.service.close();
  await rm(file('search.json'));
  const again = await startTestService({ CANARY_CONFIGS_DIRECTORY: directory }, home);
  const statusOf = async (name: string) =>
    (await again.call('get', `/api/v1/configs/${name}`)).status;
  const statuses = { search: await statusOf('search'), own: await statusOf('own') };
  await again.close();
  await rm(home, { recursive: true, force: true });
  return statuses;
}

test('an empty directory deletes nothing and says so: a mount may not have come yet', async () => {
  const home = await mkdtemp(join(tmpdir(), 'canary-home-'));
  const first = await startTestService({ CANARY_CONFIGS_DIRECTORY: directory }, home);
  await first.close();
  const empty = await mkdtemp(join(tmpdir(), 'canary-empty-'));
  const again = await startTestService({ CANARY_CONFIGS_DIRECTORY: empty }, home);
  assert.equal((await again.call('get', '/api/v1/configs/checkout')).status, 200);
  assert.match((await again.call('get', '/ready')).body.warnings[0], /holds no config file/);
  await again.close();
  await Promise.all([home, empty].map((path) => rm(path, { recursive: true, force: true })));
});

test('a directory that is not there is told, and the service runs', async () => {
  const lost = await startTestService({ CANARY_CONFIGS_DIRECTORY: '/nowhere/configs' });
  const { status, body } = await lost.call('get', '/ready');
  assert.equal(status, 200);
  assert.match(body.warnings[0], /\/nowhere\/configs: .*no such file/);
  await lost.close();
});
