// Metrics by runs, of analyses that a real service has judged.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { inlineRequest } from '../../e2e/requests.ts';
import { startTestService, type TestService } from '../../support/service.ts';

suite('metrics by runs', () => {
  let api: TestService;
  const ids: string[] = [];
  before(async () => {
    api = await startTestService();
    for (const verdict of ['pass', 'fail', 'nodata'] as const) {
      const { body } = await api.call('post', '/api/v1/analyses', { body: inlineRequest(verdict) });
      await api.call('get', `/api/v1/analyses/${body.id}?wait=60s`);
      ids.push(body.id);
    }
  });
  after(() => api.close());

  test('a row for each metric, a column for each run, and a link wherever one was in trouble', async () => {
    const { text } = await api.call('get', '/heatmap?config=checkout');
    assert.equal([...text.matchAll(/<th scope="row">/g)].length, 3);
    const linked = (id: string) => text.split(`href="/analyses/${id}"`).length - 1;
    assert.deepEqual(ids.map(linked), [1, 4, 4]); // its head, and each metric that is no pass
    assert.ok(text.indexOf(ids[0]!) < text.indexOf(ids[2]!), 'the newest is on the right');
    const { text: last } = await api.call('get', '/heatmap?config=checkout&runs=1');
    assert.ok(last.includes(ids[2]!) && !last.includes(ids[1]!));
  });

  test('without a config it asks for one; of an unknown one it says so', async () => {
    assert.match((await api.call('get', '/heatmap')).text, /Name a config/);
    const { text } = await api.call('get', '/heatmap?config=%3Cb%3E');
    assert.match(text, /No analysis of a config "&lt;b&gt;"/);
  });
});
