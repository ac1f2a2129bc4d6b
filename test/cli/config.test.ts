// `canary config` as a process, without a server and with one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runCanary } from '../support/canary.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { writeExample } from './example-files.ts';

const BROKEN = `name: checkout
metrics:
  - name: errors
    query: { source: inline }
    direktion: increase
  - name: latency
    query: { source: prometheus, promql: 'rate(x[5m]' }
  - name: saturation
    query: { source: inline }
    formula: a / b
thresholds: { pass: 50, marginal: 90 }
judge: Nobody-v1
`;

let api: TestService;
const example = writeExample();
before(async () => {
  api = await startTestService();
  example.write('broken.yaml', BROKEN);
  example.write('twice.yaml', 'name: a\nmetrics: []\nname: b\n');
  example.write('open.json', '{"name": "a",\n "metrics": [}');
});
after(async () => {
  await api.close();
  example[Symbol.dispose]();
});
const run = (...args: string[]) => runCanary(['config', ...args], { cwd: example.path });
const lines = (stdout: string) => stdout.trimEnd().split('\n');

test('every problem of a file is told at once, with its place, without a server', async () => {
  const { code, stdout } = await run('validate', 'broken.yaml', 'config.json');
  assert.equal(code, 3);
  const found = lines(stdout);
  assert.deepEqual(
    found.map((line) => line.split(' ').slice(0, 3).join(' ')),
    [
      'broken.yaml:5:5: error: /metrics/0/direktion',
      'broken.yaml:7:5: error: /metrics/1/query',
      'broken.yaml:8:5: error: /metrics/2',
      'broken.yaml:10:5: error: /metrics/2/formula',
      'broken.yaml:11:25: error: /thresholds/marginal',
      'broken.yaml:12:1: warning: /judge',
      'broken.yaml: not valid',
      'config.json: valid',
    ],
  );
  assert.match(found[0]!, /did you mean "direction"\?$/);
  assert.equal((await run('validate', './config.json')).code, 0);
});

test('a file that cannot be read keeps the others from nothing', async () => {
  const { code, stdout } = await run(
    'validate',
    'twice.yaml',
    'open.json',
    'none.json',
    'config.json',
  );
  assert.equal(code, 3);
  const [twice, , open, , none, , valid] = lines(stdout);
  assert.match(twice!, /^twice\.yaml:3:1: error: is no YAML: the key "name" stands twice$/);
  assert.match(open!, /^open\.json:2:\d+: error: is no JSON: /);
  assert.match(none!, /there is no such file/);
  assert.equal(valid, 'config.json: valid');
});

test('a service looks with what it knows, and answers as JSON the same', async () => {
  const account = 'metrics: [{name: a, account: prod, query: {source: prometheus, promql: up}}]';
  const file = example.write('account.yaml', `name: checkout\n${account}\n`);
  const offline = await run('validate', file);
  assert.deepEqual([offline.code, lines(offline.stdout)], [0, ['account.yaml: valid']]);
  const asked = await run('validate', file, '--server', api.url, '--output', 'json');
  const { valid, files } = JSON.parse(asked.stdout);
  assert.deepEqual([asked.code, valid, files[0].warnings.length], [0, true, 1]);
  assert.match(files[0].warnings[0].message, /account "prod" is not configured/);
  assert.deepEqual([files[0].warnings[0].line, files[0].warnings[0].column], [2, 36]);
});

test('wrong usage', async () => {
  for (const args of [[], ['valdiate'], ['validate'], ['validate', 'a', '--output', 'xml']]) {
    const { code, stderr } = await run(...args);
    assert.deepEqual([code, /[sS]ee "canary config --help"/.test(stderr)], [3, true], stderr);
  }
});

test('the schema for editors needs no server and is the one that a service serves', async () => {
  const { code, stdout } = await runCanary(['schema']);
  const { body } = await api.call('get', '/api/v1/schemas/config.json');
  assert.deepEqual([code, JSON.parse(stdout)], [0, body]);
});

test('files are pushed once, compared, and their history is told', async () => {
  const at = ['--server', api.url];
  const write = (description: string, increase: number) =>
    example.write(
      'mine.yaml',
      `name: mine
description: ${description}
metrics:
  - name: errors
    query: { source: inline }
    tolerance: { increase: ${increase} }
`,
    );
  const file = write('one', 1.1);
  assert.match((await run('push', file, ...at)).stdout, /stored as version 1 of config "mine"/);
  assert.match((await run('push', file, ...at)).stdout, /config "mine" is version 1 already/);
  write('two', 1.2);
  const changes = [
    '~ /description: "one" -> "two"',
    '~ /metrics/errors/tolerance/increase: 1.1 -> 1.2',
  ];
  assert.deepEqual(lines((await run('diff', file, ...at)).stdout), changes);
  assert.match((await run('push', file, ...at)).stdout, /stored as version 2/);
  assert.deepEqual(lines((await run('diff', 'mine', ...at)).stdout), changes);
  const history = lines((await run('history', 'mine', ...at)).stdout);
  assert.deepEqual(
    history.map((line) => line.trim().split(/\s+/)[0]),
    ['VERSION', '2', '1'],
  );
  const first = await run('get', 'mine', '--version', '1', ...at);
  assert.equal(JSON.parse(first.stdout).description, 'one');
  assert.equal(JSON.parse((await run('get', 'mine', ...at)).stdout).description, 'two');
  assert.match((await run('list', ...at)).stdout, /mine +2 +20/);
  const missing = await run('get', 'mine', '--version', '7', ...at);
  assert.deepEqual([missing.code, missing.stdout], [3, '']);
  assert.match(missing.stderr, /has no version 7; kept are 1 to 2/);
  assert.match((await run('get', 'ghost', ...at)).stderr, /there is no config "ghost"/);
});
