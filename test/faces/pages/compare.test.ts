// Two analyses beside each other, which a real service has judged.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { inlineRequest } from '../../e2e/requests.ts';
import { startTestService, type TestService } from '../../support/service.ts';

suite('compare two analyses', () => {
  let api: TestService;
  const ids: string[] = [];
  before(async () => {
    api = await startTestService();
    for (const [verdict, canary] of [
      ['pass', 'v42'],
      ['fail', 'v43'],
    ] as const) {
      const { config, ...rest } = inlineRequest(verdict);
      const judge = verdict === 'pass' ? config.judge : 'MannWhitneyJudge-v2.0';
      const body = { ...rest, config: { ...config, judge }, canary: { scope: canary } };
      const { body: submitted, text } = await api.call('post', '/api/v1/analyses', { body });
      assert.ok(submitted.id, text);
      await api.call('get', `/api/v1/analyses/${submitted.id}?wait=60s`);
      ids.push(submitted.id);
    }
  });
  after(() => api.close());

  test('tells what differs: verdicts, sides, metrics, configs', async () => {
    const { status, text } = await api.call('get', `/compare?left=${ids[0]}&right=${ids[1]}`);
    assert.equal(status, 200);
    const rows = [...text.matchAll(/<th role="rowheader" scope="row">([^]*?)<\/tr>/g)].map(
      ([, row]) =>
        row!
          .replaceAll(/<[^>]*>/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim(),
    );
    const rowOf = (name: string) => rows.find((row) => row.startsWith(`${name} `)) ?? '';
    assert.match(rowOf('Verdict'), /Pass .*Fail ≠ yes$/);
    assert.match(rowOf('Canary'), /v42 v43 ≠ yes$/);
    assert.match(rowOf('Config'), /checkout checkout no$/);
    assert.match(rowOf('error ratio'), /Pass .*Worse.* ≠ yes$/);
    assert.ok(
      text.includes(`href="/analyses/${ids[0]}"`) && text.includes(`href="/analyses/${ids[1]}"`),
    );
    assert.match(text, /<del>− judge: NetflixACAJudge-v1\.0<\/del>/);
  });

  test('with one it offers the others of its config; of an unknown one it says so', async () => {
    const { text } = await api.call('get', `/compare?right=${ids[1]}`);
    assert.ok(text.includes(`<option value="${ids[0]}">`));
    assert.match((await api.call('get', '/compare')).text, /Name two analyses/);
    const unknown = await api.call('get', '/compare?left=%3Cb%3E');
    assert.equal(unknown.status, 404);
    assert.ok(!unknown.text.includes('<b>'));
    const { text: report } = await api.call('get', `/analyses/${ids[0]}`);
    assert.ok(report.includes(`href="/compare?right=${ids[0]}"`));
  });
});
