// An analysis of many metrics is shown in pages: its series, and the charts of its report.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestService, type TestService } from '../../support/service.ts';

const METRICS = 45;
const POINTS = 1000;
const MEGABYTE = 1_000_000;

let api: TestService;
let id: string;
before(async () => {
  api = await startTestService();
  const { body } = await api.call('post', '/api/v1/analyses', { body: wideRequest() });
  id = body.id;
  const ended = await api.call('get', `/api/v1/analyses/${id}?wait=60s`);
  assert.equal(ended.body.state, 'completed');
});
after(() => api.close());

test('series come in pages below a megabyte, each pair once and in the order of the config', async () => {
  const names: string[] = [];
  let pages = 0;
  for (let path = `/api/v1/analyses/${id}/pairs`; path !== undefined; pages++) {
    const page = await api.call('get', path);
    assert.equal(page.status, 200);
    assert.ok(page.text.length < MEGABYTE, `${page.text.length} bytes`);
    for (const pair of page.body.pairs) {
      names.push(pair.metric);
      assert.deepEqual(pair.canary.values, valuesOf(Number(pair.metric.slice(1)) + 1));
    }
    path = page.body.next;
  }
  assert.deepEqual(
    names,
    Array.from({ length: METRICS }, (_, i) => `m${i}`),
  );
  assert.equal(pages, 3); // 22 pairs of 2,000 values have less than 45,000
});

test('a page of series after a pair that is not there is refused', async () => {
  const refused = await api.call('get', `/api/v1/analyses/${id}/pairs?after=nobody`);
  assert.deepEqual([refused.status, refused.body.code], [400, 'invalid-request']);
  assert.match(refused.body.detail, /no pair "nobody" in this interval: follow `next`/);
});

test('who came by a signed link is let in to the other pages, too', async () => {
  const { text } = await api.call('get', `/analyses/${id}?expires=9999999999&signature=abc`);
  const links = [...text.matchAll(/href="(\?[^"#]*)/g)].map(([, href]) => href!);
  assert.ok(links.length > 0);
  for (const link of links) {
    const query = new URLSearchParams(link.replaceAll('&amp;', '&'));
    assert.deepEqual([query.get('expires'), query.get('signature')], ['9999999999', 'abc']);
  }
});

test('a report lists every metric on each page, and spreads their charts', async () => {
  const charts: string[] = [];
  for (const number of [1, 2, 3, 4]) {
    const { text } = await api.call('get', `/analyses/${id}?page=${number}`);
    assert.ok(text.length < MEGABYTE, `${text.length} bytes`);
    const links = [...text.matchAll(/href="(?:\?page=(\d))?#(metric-\d+)"/g)];
    assert.equal(links.length, METRICS);
    const here = links.filter(([, page]) => page === undefined).map(([, , anchor]) => anchor!);
    for (const anchor of here) assert.ok(text.includes(`id="${anchor}"`));
    const drawn = text.match(/<svg\s+class="series large"/g)?.length;
    // its series, its change, and its spread twice
    assert.equal(drawn, 4 * here.length);
    charts.push(...here);
    assert.match(text, new RegExp(`<strong aria-current="page">${number}</strong>`));
  }
  assert.equal(new Set(charts).size, METRICS);
  const beyond = await api.call('get', `/analyses/${id}?page=9`);
  assert.match(beyond.text, /<strong aria-current="page">4<\/strong>/);
});

function wideRequest() {
  const names = Array.from({ length: METRICS }, (_, i) => `m${i}`);
  return {
    config: {
      name: 'wide',
      judge: 'NetflixACAJudge-v1.0',
      metrics: names.map((name) => ({ name, query: { source: 'inline' } })),
    },
    baseline: { scope: 'v1' },
    canary: { scope: 'v2' },
    pairs: names.map((metric, i) => ({ metric, baseline: valuesOf(i), canary: valuesOf(i + 1) })),
  };
}

function valuesOf(shift: number): number[] {
  return Array.from({ length: POINTS }, (_, i) => 100 + (((i + shift) * 7919) % 1013) / 10);
}
