// Checking, versions and history of stored configs, over the whole service.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';

const metric = { name: 'errors', query: { source: 'inline' }, direction: 'increase' };
const config = { name: 'checkout', metrics: [metric] };

let api: TestService;
before(async () => {
  api = await startTestService(OPERATOR);
});
after(() => api.close());

test('a config is checked as storing it would, every problem at once, and is not stored', async () => {
  const wrong = {
    ...config,
    judge: 'Nobody-v1',
    use: ['vlm'],
    metrics: [
      { ...metric, direktion: 'up' },
      { name: 'errors 2', query: { source: 'inline' }, formula: 'a / b' },
      { name: 'share', query: { source: 'inline' }, margin: 10 },
    ],
    thresholds: { pass: 50, marginal: 90 },
  };
  const { status, body } = await api.call('post', '/api/v1/configs/validate', { body: wrong });
  assert.deepEqual(
    [status, body.valid, body.violations.map(({ pointer }: { pointer: string }) => pointer)],
    [
      200,
      false,
      [
        '/metrics/0/direktion',
        '/use/0',
        '/metrics/1',
        '/metrics/1/formula',
        '/thresholds/marginal',
      ],
    ],
  );
  assert.deepEqual(body.warnings.length, 1);
  const doubtful = { ...config, metrics: [{ ...metric, margin: 10 }] };
  const answer = await api.call('post', '/api/v1/configs/validate', { body: doubtful });
  assert.deepEqual([answer.body.valid, answer.body.violations], [true, []]);
  assert.deepEqual(answer.body.warnings[0].pointer, '/metrics/0/margin');
  assert.deepEqual((await api.call('get', '/api/v1/configs')).body.items, []);
});

test('what is no config at all is answered too', async () => {
  for (const body of [
    {},
    { metrics: 1 },
    { metrics: [1, null, [], {}] },
    { metrics: [{ name: 1 }] },
  ]) {
    const answer = await api.call('post', '/api/v1/configs/validate', { body });
    assert.deepEqual([answer.status, answer.body.valid], [200, false], JSON.stringify(body));
  }
});

const yaml = { 'content-type': 'application/yaml' };

test('YAML is taken where JSON is, with the same rules', async () => {
  const text = 'name: from-yaml\nmetrics:\n  - &m { name: errors, query: { source: inline } }\n';
  const post = (body: string) => api.call('post', '/api/v1/configs', { body, headers: yaml });
  const created = await post(text);
  assert.deepEqual([created.status, created.body.config.metrics[0].name], [201, 'errors']);
  const wrong = await post('name: x\nmetrics:\n  - name: errors\n    qery: 1\n');
  assert.deepEqual([wrong.status, wrong.body.violations[0].pointer], [400, '/metrics/0/qery']);
  const put = { body: `${text}description: again\n`, headers: yaml };
  assert.equal((await api.call('put', '/api/v1/configs/from-yaml', put)).body.version, 2);
  await api.call('delete', '/api/v1/configs/from-yaml');
});

test('YAML that is none, a bomb, or too much of it, is refused with its place or its limit', async () => {
  const post = (body: string) =>
    api.call('post', '/api/v1/configs/validate', { body, headers: yaml });
  const broken = await post('name: [a\nmetrics: 1\n');
  assert.deepEqual([broken.status, broken.body.code], [400, 'invalid-request']);
  assert.match(broken.body.detail, /^the request body is no YAML: line \d+, column \d+: /);
  const level = (index: number) =>
    `a${index}: &a${index} [${Array(9)
      .fill(`*a${index - 1}`)
      .join()}]`;
  const bomb = ['a0: &a0 [x]', ...Array.from({ length: 9 }, (_, index) => level(index + 1))];
  assert.match((await post(bomb.join('\n'))).body.detail, /more than 100 copies/);
  const large = await post(`name: ${'x'.repeat(300_000)}`);
  assert.deepEqual([large.status, large.body.code], [413, 'payload-too-large']);
  assert.match(large.body.detail, /send it as JSON/);
});

test('the schema for editors takes what the service takes', async () => {
  const { body: schema } = await api.call('get', '/api/v1/schemas/config.json');
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validate = ajv.compile(schema);
  assert.ok(validate(config));
  assert.ok(!validate({ ...config, metrics: [{ ...metric, direktion: 'up' }] }));
  const text = readFileSync(new URL('../../../examples/checkout.yaml', import.meta.url), 'utf8');
  assert.match(text, /^# yaml-language-server: \$schema=http\S+\/api\/v1\/schemas\/config\.json\n/);
  assert.ok(validate(parse(text)));
});

test('of two who change the same version, the second is told', async () => {
  const put = (description: string, etag?: string) =>
    api.call('put', '/api/v1/configs/shared', {
      body: { ...config, name: 'shared', description },
      headers: etag === undefined ? {} : { 'if-match': etag },
    });
  const created = await api.call('post', '/api/v1/configs', {
    body: { ...config, name: 'shared' },
  });
  assert.equal(created.headers['etag'], '"1"');
  const first = await put('ann', '"1"');
  assert.deepEqual([first.status, first.headers['etag']], [200, '"2"']);
  const second = await put('bob', '"1"');
  assert.deepEqual([second.status, second.body.code], [412, 'precondition-failed']);
  assert.match(second.body.detail, /is version 2 by now/);
  assert.equal((await put('bob', '*')).headers['etag'], '"3"');
  assert.equal((await put('bob', '2')).status, 400);
  const read = await api.call('get', '/api/v1/configs/shared');
  assert.deepEqual([read.headers['etag'], read.body.config.description], ['"3"', 'bob']);
});

test('the history of a config says who stored what, page by page, and outlives it', async () => {
  const first = await api.call('get', '/api/v1/configs/shared/versions?limit=2');
  const told = (body: {
    items: { version: number; by: string; config: { description?: string } }[];
  }) => body.items.map(({ version, by, config: { description } }) => [version, by, description]);
  assert.deepEqual(told(first.body), [
    [3, 'ops', 'bob'],
    [2, 'ops', 'ann'],
  ]);
  await api.call('delete', '/api/v1/configs/shared');
  const rest = await api.call('get', first.body.next);
  assert.deepEqual([told(rest.body), rest.body.next], [[[1, 'ops', undefined]], undefined]);
  assert.equal((await api.call('get', '/api/v1/configs/ghost/versions')).status, 404);
  const again = await api.call('post', '/api/v1/configs', { body: { ...config, name: 'shared' } });
  assert.equal(again.body.version, 4);
});
