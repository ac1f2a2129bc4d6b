// init on accounts that know no packs: from the names that a real Graphite and a real InfluxDB list to a right verdict.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { guessMetric } from '../../../src/cli/init/native/guess-metric.ts';
import { runCanary, runOnTerminal } from '../../support/canary.ts';
import { normal, seededRandom } from '../../support/checkout-history.ts';
import { startDatadog } from '../../support/datadog.ts';
import { GRAPHITE_SKIP, startGraphite } from '../../support/graphite/graphite.ts';
import { INFLUXDB_SKIP, startInfluxdb, writeLines } from '../../support/influxdb.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const MINUTE = 60_000;
const HOURS = 7;
/** Minutes of the last hours in which timeouts were told; since then nobody tells them. */
const TIMEOUTS = { from: (HOURS - 2.5) * 60, to: (HOURS - 1.5) * 60 };

/** What each side of two workloads told in each minute of the last hours: the canary of `cart` is faulty. */
function told() {
  const random = seededRandom(11);
  const endAt = Math.floor(Date.now() / MINUTE) * MINUTE;
  return ['checkout', 'cart'].flatMap((app) =>
    ['stable', 'canary'].flatMap((track) => {
      const isFaulty = app === 'cart' && track === 'canary';
      return Array.from({ length: HOURS * 60 }, (_, minute) => {
        const requests = Math.round(600 + 20 * normal(random));
        const share = isFaulty ? 0.08 : 0.02;
        const errors = Math.round(requests * share + Math.sqrt(requests * share) * normal(random));
        const latency = (isFaulty ? 180 : 100) * Math.exp(0.05 * normal(random));
        const at = endAt - (HOURS * 60 - minute) * MINUTE;
        const hasTimeouts = minute >= TIMEOUTS.from && minute < TIMEOUTS.to;
        const all = { requests, errors: Math.max(0, errors), latency, wobble: 1 };
        return { app, track, at, values: hasTimeouts ? { ...all, timeouts: 2 } : all };
      });
    }),
  );
}

const VERSIONS: Record<string, string> = { stable: 'v41', canary: 'v42' };

const SERVERS = [
  {
    kind: 'graphite',
    skip: GRAPHITE_SKIP,
    async start() {
      const points: Record<string, [number, number][]> = {};
      for (const { app, track, at, values } of told()) {
        for (const [name, value] of Object.entries(values)) {
          (points[`shop.${app}.${track}.${VERSIONS[track]}.${name}`] ??= []).push([at, value]);
        }
      }
      const server = await startGraphite(points);
      return { account: { source: 'graphite', url: server.url }, stop: () => server.stop() };
    },
    query:
      /summarize\(sumSeries\(shop\.checkout\.\$\{scope\}\.\*\.errors\), '\$\{step\}', 'sum', true\)/,
    others:
      /taken: baseline stable, canary canary .*\ncanary: also possible: baseline v41, canary v42 \(.*part 4 of the path\)\n/,
  },
  {
    kind: 'influxdb',
    skip: INFLUXDB_SKIP,
    others: undefined,
    async start() {
      const server = await startInfluxdb();
      const lines = told().map(({ app, track, at, values }) => {
        const fields = Object.entries(values)
          .map((field) => field.join('='))
          .join(',');
        return `http,app=${app},track=${track} ${fields} ${at}`;
      });
      await writeLines(server.url, 'shop', lines);
      const account = { source: 'influxdb', url: server.url, options: { database: 'shop' } };
      return { account, stop: () => server.stop() };
    },
    query:
      /SELECT sum\("errors"\) AS value FROM "http" WHERE \$\{timeFilter\} AND "track" = \$\{scope\} AND "app" = 'checkout' GROUP/,
  },
  {
    kind: 'datadog',
    skip: false,
    others: undefined,
    async start() {
      const server = await startDatadog(
        told().flatMap(({ app, track, at, values }) =>
          Object.entries(values).map(([word, value]) => ({
            name: `http.${word}`,
            at,
            value,
            tags: { app, track },
          })),
        ),
      );
      const headers = { 'DD-API-KEY': 'env:DD_KEY', 'DD-APPLICATION-KEY': 'env:DD_KEY' };
      const account = { source: 'datadog', url: server.url, auth: { type: 'headers', headers } };
      return { account, stop: () => server.close() };
    },
    query:
      /sum:http\.errors\{app:checkout,track:\$\{scope\}\}\.as_count\(\)\.rollup\(sum, \$\{step\}\)/,
  },
];

for (const { kind, skip, start, query, others } of SERVERS) {
  describe(`init on ${kind}`, { skip }, () => {
    const directory = temporaryDirectory();
    let server: Awaited<ReturnType<typeof start>>;
    let api: TestService;
    before(async () => {
      server = await start();
      api = await startTestService({
        CANARY_ACCOUNTS: JSON.stringify([{ name: 'real', ...server.account }]),
        DD_KEY: 'key-of-somebody',
      });
    });
    after(async () => {
      await api?.close();
      await server?.stop();
      directory[Symbol.dispose]();
    });

    test(`${kind}: what init wrote judges a healthy and a faulty canary rightly`, async () => {
      const cwd = directory.path;
      const env = { CANARY_URL: api.url };
      const args = ['init', '--account', 'real', '--scope', 'app=checkout', '--yes'];
      const made = await runCanary(args, { cwd, env });
      assert.equal(made.code, 0, made.stderr);
      assert.match(made.stdout, /baseline stable, canary canary \(the names say so/);
      assert.match(made.stdout, /FALSE ALARMS/);
      if (others !== undefined) assert.match(made.stderr, others);
      assert.match(made.stdout, /– (?:http[ .])?timeouts: no (?:value|series) on the baseline/);
      assert.match(made.stdout, /wobble: not used, its name does not tell what it measures/);
      const text = readFileSync(join(cwd, 'canary.yaml'), 'utf8');
      const { metrics } = parse(text) as { metrics: Record<string, unknown>[] };
      assert.match(text, /left out: (?:http[ .])?timeouts: no (?:value|series) on the baseline/);
      assert.ok(!metrics.some(({ name }) => /timeouts|wobble/.test(String(name))));
      const errors = metrics.find(({ name }) => String(name).endsWith('errors'))!;
      assert.deepEqual([errors['kind'], errors['direction']], ['count', 'increase']);
      const told = Object.values(errors['query'] as object).join(' ');
      assert.match(told, query);
      // the same of the other workload, whose canary is faulty
      writeFileSync(join(cwd, 'cart.yaml'), text.replaceAll('checkout', 'cart'));
      const begin = new Date(Date.now() - 130 * MINUTE).toISOString();
      for (const [config, code, verdict] of [
        ['canary.yaml', 0, /PASS/],
        ['cart.yaml', 1, /FAIL/],
      ] as const) {
        const files = ['--config', config, '--request', 'canary.request.yaml'];
        // a look for each minute of the past would cost a second each
        const past = ['--start', begin, '--interval', '20m'];
        const judged = await runCanary(['analyze', ...files, ...past], { cwd, env });
        assert.equal(judged.code, code, judged.stdout + judged.stderr);
        assert.match(judged.stdout, verdict);
      }
    });

    if (others === undefined) return;
    test('on a terminal the sides are chosen, and a metric whose name tells nothing is offered', async () => {
      using folder = temporaryDirectory();
      const args = ['init', '--account', 'real', '--scope', 'app=checkout'];
      const options = { cwd: folder.path, env: { CANARY_URL: api.url }, answers: ['2', 'y', 'n'] };
      const { code, stdout } = await runOnTerminal(args, options);
      assert.equal(code, 3, stdout);
      assert.match(stdout, /1 {2}baseline stable, canary canary[^]*2 {2}baseline v41, canary v42/);
      assert.match(stdout, /"wobble" does not tell what it measures\. .*\? \[y\/N\] \S*y\r/);
      assert.match(stdout, /graphite: baseline v41, canary v42[^]*✔ wobble/);
    });
  });
}

test('init says which accounts it can ask, before it asks one', async (context) => {
  using directory = temporaryDirectory();
  const api = await startTestService({
    CANARY_ACCOUNTS:
      "[{name: api, source: http, url: 'http://127.0.0.1:9'}, {name: waves, source: wavefront, url: 'http://127.0.0.1:9', auth: {type: bearer, token: env:WAVES}}]",
    WAVES: 'token-of-somebody',
  });
  context.after(() => api.close());
  for (const [account, why] of [
    [
      'api',
      /account "api" is of the kind http, in whose metrics init cannot find the sides; it asks prometheus, datadog, graphite,/,
    ],
    [
      'waves',
      /account "waves" is of the kind wavefront, in whose metrics init cannot find the sides; it asks prometheus, datadog, graphite,/,
    ],
  ] as const) {
    const args = ['init', '--account', account, '--scope', 'app=checkout', '--yes'];
    const env = { CANARY_URL: api.url };
    const { code, stderr } = await runCanary(args, { cwd: directory.path, env });
    assert.equal(code, 3);
    assert.match(stderr, why);
  }
});

test('what a metric means is told by the words of its name', () => {
  for (const [name, group] of [
    ['http_5xx', 'errors'],
    ['requestsFailed', 'errors'],
    ['latency_p99', 'latency'],
    ['upper_95', 'latency'],
    ['hits', 'traffic'],
    ['terror_level', undefined],
    ['wobble', undefined],
  ] as const) {
    assert.equal(guessMetric(name)?.group, group, name);
  }
});
