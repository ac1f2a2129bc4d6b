import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accounts } from '../../src/settings/account.ts';

const parse = (explore: string, source = 'prometheus') =>
  accounts.parse([{ name: 'prod', source, url: 'http://10.0.0.1:9090', explore }], {
    key: 'accounts',
    env: {},
  })[0]!.explore;

test('of a Prometheus the address for browsers is enough, of any kind a template is', () => {
  assert.match(
    parse('https://prom.example.com/team/')!,
    /^https:\/\/prom\.example\.com\/team\/graph\?g0\.expr=\{query\}/,
  );
  const grafana = 'https://g.example/explore?panes={"a":{"expr":"{queryJson}","from":"{startMs}"}}';
  assert.equal(parse(grafana), grafana);
  assert.equal(parse(grafana, 'loki'), grafana);
});

test('what is no address for browsers is refused with what is wrong', () => {
  assert.throws(() => parse('https://loki.example.com', 'loki'), /without \{query\}/);
  assert.throws(() => parse('javascript:alert({query})'), /accounts\[0\]\.explore.*http/);
  assert.throws(() => parse('https://me:secret@prom.example.com'), /user name or password/);
  assert.throws(() => parse('https://{query}.example.com/'), /within its host/);
  assert.throws(
    () => parse('https://prom.example.com/?q={expr}'),
    /has \{expr\}; known are \{query\}/,
  );
});
