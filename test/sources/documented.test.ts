// Every example of docs/reference/sources.md is an account that can be made, and a query that it understands.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import type { SourceQuery } from '../../src/model/config.ts';
import { createOutboundClient } from '../../src/outbound/client.ts';
import { accounts } from '../../src/settings/account.ts';
import { KINDS } from '../../src/sources/kinds.ts';
import { createPushSource } from '../../src/sources/push/push.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { MetricSource } from '../../src/sources/source.ts';

interface Example {
  accounts?: unknown;
  metrics?: { name: string; account?: string; query: SourceQuery; exposure?: SourceQuery }[];
}

const SCOPE = {
  scope: 'v2',
  location: 'eu',
  startAt: Date.parse('2026-01-15T09:00:00Z'),
  endAt: Date.parse('2026-01-15T10:00:00Z'),
  stepSeconds: 60,
  parameters: {},
};
/** Any reference to the environment is a secret here. */
const env = new Proxy<Record<string, string>>({}, { get: () => 'a-secret-of-the-test' });

/** The key of a service account, at a place where this test may write. */
const directory = temporaryDirectory();
const keyFile = join(directory.path, 'google.json');
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync(
  keyFile,
  JSON.stringify({
    client_email: 'canary@my-project.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  }),
);
after(() => directory[Symbol.dispose]());

const text = readFileSync('docs/reference/sources.md', 'utf8').replaceAll(
  '/etc/canary/google.json',
  keyFile,
);
const examples = [...text.matchAll(/```yaml\n([^]*?)```/g)].map(
  ([, block]) => parse(block!) as Example,
);

test('the examples of the documentation are accounts and queries', async () => {
  const client = createOutboundClient({ profile: 'source' });
  const nothing = { read: () => Promise.resolve([]) };
  const made: MetricSource[] = [createPushSource(nothing)];
  let queries = 0;
  for (const { accounts: written = [], metrics = [] } of examples) {
    for (const account of accounts.parse(written, { key: 'accounts', env })) {
      const create = await KINDS[account.source]();
      made.push(await create(account, { client, now: Date.now }));
    }
    for (const { name, account, query, exposure } of metrics) {
      for (const one of [query, ...(exposure === undefined ? [] : [exposure])]) {
        const source = made.find(
          (known) => known.kind === one.source && (account ?? known.account) === known.account,
        );
        assert.ok(source !== undefined, `no account for ${name} of ${one.source}`);
        const request = { metric: name, query: one, side: 'canary' as const, templates: {} };
        assert.doesNotMatch(source.describe({ ...request, scope: SCOPE }), /(?<!\$)\$\{/);
        queries += 1;
      }
    }
  }
  assert.ok(made.length >= 10 && queries >= 30, `${made.length} accounts, ${queries} queries`);
  await Promise.all(made.map(async (source) => source.close?.()));
  await client.close();
});

test('what is said to be tested against a real server names the test that starts it', () => {
  const rows = text.split('\n').filter((line) => /^\| \[`\w+`\]/.test(line));
  const tests = rows.flatMap((row) =>
    [...row.matchAll(/\]\(\.\.\/\.\.\/(test\/[^)]+)\)/g)].map(([, file]) => file!),
  );
  assert.ok(rows.length > 15 && tests.length >= 11, `${rows.length} rows, ${tests.length} tests`);
  for (const file of tests) {
    assert.match(
      readFileSync(file, 'utf8'),
      /_SKIP|startStubServer|DatabaseSync|MeterProvider/,
      file,
    );
  }
  const real = globSync('test/e2e/sources/*.test.ts');
  assert.deepEqual(
    real.filter((file) => !tests.includes(file)),
    [],
    'a test of a real server that the table does not name',
  );
});
