import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accounts } from '../../src/settings/account.ts';
import { exploreLink } from '../../src/sources/explore-link.ts';

const window = { startAt: Date.UTC(2026, 2, 3, 14, 2), endAt: Date.UTC(2026, 2, 3, 14, 32) };
const QUERY = 'rate(errors{app="a&b"}[5m]) / 2';

test('the page of a Prometheus opens with the query and the window, and with nothing of its account', () => {
  const [account] = accounts.parse(
    [
      {
        name: 'prod',
        source: 'prometheus',
        url: 'http://10.0.0.1:9090/internal',
        bearerToken: 'env:TOKEN',
        explore: 'https://prom.example.com/',
      },
    ],
    { key: 'accounts', env: { TOKEN: 'a-token' } },
  );
  const link = exploreLink(account!.explore!, QUERY, window);
  const url = new URL(link);
  assert.equal(url.origin + url.pathname, 'https://prom.example.com/graph');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    'g0.expr': QUERY,
    'g0.tab': '0',
    'g0.range_input': '1800s',
    'g0.end_input': '2026-03-03T14:32:00Z',
  });
  assert.doesNotMatch(link, /10\.0\.0\.1|internal|token/);
});

test('a query within JSON within an address stays one text', () => {
  const template =
    'https://g.example/explore?panes={"a":{"expr":"{queryJson}","from":"{startMs}"}}';
  const panes = new URL(exploreLink(template, QUERY, window)).searchParams.get('panes')!;
  assert.deepEqual(JSON.parse(panes), { a: { expr: QUERY, from: String(window.startAt) } });
});
