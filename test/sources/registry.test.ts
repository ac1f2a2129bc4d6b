import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { createOutboundClient } from '../../src/outbound/client.ts';
import type { AccountConfig } from '../../src/settings/account.ts';
import { createSources, type Sources } from '../../src/sources/registry.ts';

const ACCOUNTS: AccountConfig[] = ['first', 'second'].map((name) => ({
  source: 'prometheus',
  name,
  url: `http://${name}.example`,
  headers: {},
}));

async function sources(t: TestContext, accounts: AccountConfig[]): Promise<Sources> {
  const client = createOutboundClient({ profile: 'source' });
  const samples = { append: async () => {}, read: async () => [] };
  const made = await createSources(accounts, {
    client,
    scrape: { client, refuse: () => undefined },
    samples,
    now: () => 0,
    log: pino({ level: 'silent' }),
  });
  t.after(async () => {
    await made.close();
    await client.close();
  });
  return made;
}

test('an account is found by kind and name, the first of its kind without a name', async (t) => {
  const all = await sources(t, ACCOUNTS);
  assert.equal(all.get('prometheus', 'second').account, 'second');
  assert.equal(all.get('prometheus').account, 'first');
  assert.ok(all.has('prometheus', 'second'));
  assert.ok(!all.has('scrape', 'second'));
  assert.ok(!all.has('prometheus', 'third'));
});

test('scrape, push and inline are there without configuration', async (t) => {
  const all = await sources(t, []);
  assert.equal(all.get('inline').kind, 'inline');
  assert.equal(all.get('scrape').kind, 'scrape');
  assert.equal(all.get('push').kind, 'push');
  assert.deepEqual(
    all.list().map(({ kind }) => kind),
    ['scrape', 'push', 'inline'],
  );
});

test('an unknown account is a fault that names the known ones', async (t) => {
  const all = await sources(t, ACCOUNTS);
  assert.throws(() => all.get('prometheus', 'third'), {
    code: 'unknown-account',
    message: 'prometheus account "third" is not configured; known are "first", "second"',
  });
  assert.throws(() => all.get('datadog'), {
    code: 'unknown-account',
    message:
      'a datadog source is not configured; configured kinds of source are prometheus, scrape, push, inline',
  });
});

test('only an account that names a page for browsers has links to its queries', async (t) => {
  const explore = 'https://prom.example.com/graph?g0.expr={query}';
  const all = await sources(t, [{ ...ACCOUNTS[0]!, explore }, ACCOUNTS[1]!]);
  const link = all.get('prometheus', 'first').link?.('up == 1', { startAt: 0, endAt: 1 });
  assert.equal(link, 'https://prom.example.com/graph?g0.expr=up%20%3D%3D%201');
  assert.equal(all.get('prometheus', 'second').link, undefined);
});
