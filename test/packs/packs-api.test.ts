// Configs with packs over the API and the command line: stored as written, shown expanded, judged by what is in them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PACKS } from '../../src/packs/catalog.ts';
import { runCanary } from '../support/canary.ts';
import { startTestService, type TestService } from '../support/service.ts';

describe('configs that use packs', () => {
  let api: TestService;
  before(async () => {
    api = await startTestService();
  });
  after(() => api.close());
  const put = (body: object) => api.call('post', '/api/v1/configs', { body });

  test('are stored as they were written, and shown with what they become', async () => {
    const config = { name: 'packed', use: ['go'] };
    const stored = await put(config);
    assert.equal(stored.status, 201, stored.text);
    const { body } = await api.call('get', '/api/v1/configs/packed');
    assert.deepEqual(body.config, config);
    const names = body.expandedMetrics.map(({ name }: { name: string }) => name);
    assert.deepEqual(names, ['go goroutines', 'go heap in use']);
    const plain = await put({
      name: 'plain',
      metrics: [{ name: 'cpu', query: { source: 'inline' } }],
    });
    assert.equal(plain.body.expandedMetrics, undefined);
  });

  test('are refused for a pack that there is not, stored or sent', async () => {
    const use = ['kubernets-pod'];
    const violation = (pointer: string) => [
      {
        pointer,
        message: 'there is no query pack "kubernets-pod"; did you mean "kubernetes-pod"?',
      },
    ];
    const stored = await put({ name: 'typo', use });
    assert.deepEqual([stored.status, stored.body.violations], [400, violation('/use/0')]);
    const sides = { baseline: { scope: 'a' }, canary: { scope: 'b' } };
    const sent = await api.call('post', '/api/v1/analyses', {
      body: { ...sides, config: { name: 'typo', use } },
    });
    assert.deepEqual([sent.status, sent.body.violations], [400, violation('/config/use/0')]);
  });

  test('judge series of a request by the metrics of the pack', async () => {
    const values = (level: number) => Array.from({ length: 60 }, (_, k) => level + (k % 7));
    const pairs = ['go goroutines', 'go heap in use'].map((metric) => ({
      metric,
      baseline: values(100),
      canary: values(300),
    }));
    const judged = await api.call('post', '/api/v1/judgements', {
      body: { config: { name: 'packed', use: ['go'] }, pairs },
    });
    assert.deepEqual([judged.status, judged.body.verdict], [200, 'fail'], judged.text);
  });
});

test('canary packs lists all, shows one, and suggests the nearest', async () => {
  const list = await runCanary(['packs']);
  assert.equal(list.code, 0);
  for (const { name, title } of PACKS)
    assert.match(list.stdout, new RegExp(`  ${name} +${title.slice(0, 10).replace(/[.]/g, '.')}`));
  const one = await runCanary(['packs', 'vllm']);
  assert.match(one.stdout, /warmup: 10m[^]*- name: vllm time to first token p95/);
  const json = await runCanary(['packs', 'jvm', '--json']);
  assert.equal(JSON.parse(json.stdout).name, 'jvm');
  const typo = await runCanary(['packs', 'vlm']);
  assert.deepEqual([typo.code, typo.stdout], [3, '']);
  assert.match(typo.stderr, /there is no query pack "vlm"; did you mean "vllm"\?/);
});
