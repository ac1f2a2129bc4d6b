// `canary preview` and `canary try` against a real Prometheus, without a service and with a running one.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runCanary } from '../../support/canary.ts';
import { CHECKOUT, checkoutHistory } from '../../support/checkout-history.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type RunningPrometheus,
} from '../../support/prometheus.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const CONFIG = `name: checkout
judgeOptions: { onUndecided: pass }
metrics:
  - name: errors
    kind: count
    direction: increase
    tolerance: { increase: 1.2 }
    query: { source: prometheus, promql: 'sum(increase(http_errors_total{app="\${scope}"}[\${countWindow}])) * \${countFactor}' }
    exposure: { source: prometheus, promql: 'sum(increase(http_requests_total{app="\${scope}"}[\${countWindow}])) * \${countFactor}' }
  - name: latency
    unit: s
    direction: increase
    query: { source: prometheus, promql: 'sum(rate(http_request_duration_seconds_sum{app="\${scope}"}[1m])) / sum(rate(http_request_duration_seconds_count{app="\${scope}"}[1m]))' }
`;
const WINDOW = [
  '--start',
  new Date(CHECKOUT.startAt).toISOString(),
  '--end',
  new Date(CHECKOUT.endAt).toISOString(),
];
const sides = (canary: string) => ['--baseline', CHECKOUT.baseline, '--canary', canary];

describe('trials on a real Prometheus', { skip: PROMETHEUS_SKIP }, () => {
  const directory = temporaryDirectory();
  let prometheus: RunningPrometheus;
  let api: TestService;
  before(async () => {
    prometheus = await startPrometheus(checkoutHistory());
    api = await startTestService({
      CANARY_ACCOUNTS: `[{name: prod, source: prometheus, url: '${prometheus.url}', scrapeInterval: 15s}]`,
    });
    writeFileSync(join(directory.path, 'canary.yaml'), CONFIG);
  });
  after(async () => {
    await api.close();
    await prometheus.stop();
    directory[Symbol.dispose]();
  });
  const run = (args: string[], env: Record<string, string> = {}) =>
    runCanary(args, { cwd: directory.path, env });
  const alone = () => ['--prometheus', prometheus.url];

  test('try judges as an analysis does, with its exit codes, and leaves nothing on a server', async () => {
    const env = { CANARY_URL: api.url };
    const faulty = await run(['try', 'canary.yaml', ...sides(CHECKOUT.faulty), ...WINDOW], env);
    assert.equal(faulty.code, 1, faulty.stderr);
    assert.match(faulty.stdout, /FAIL[^]*errors is /);
    const healthy = await run(['try', 'canary.yaml', ...sides(CHECKOUT.healthy), ...WINDOW], env);
    assert.equal(healthy.code, 0, healthy.stdout + healthy.stderr);
    const { body } = await api.call('get', '/api/v1/analyses');
    assert.deepEqual(body.items, []);
  });

  test('without a service it asks the metrics server itself', async () => {
    const json = ['--output', 'json', '--output', 'junit=verdict.xml'];
    const { code, stdout, stderr } = await run([
      'try',
      'canary.yaml',
      ...sides(CHECKOUT.faulty),
      ...WINDOW,
      ...alone(),
      ...json,
    ]);
    assert.equal(code, 1, stderr);
    const { config, judgement, start } = JSON.parse(stdout);
    assert.deepEqual([config, judgement.verdict, start], ['checkout', 'fail', WINDOW[1]]);
  });

  test('the past hour of a server that knows nothing of it is no pass', async () => {
    const { code, stdout } = await run([
      'try',
      'canary.yaml',
      ...sides(CHECKOUT.healthy),
      '--last',
      '1h',
      ...alone(),
    ]);
    assert.equal(code, 2, stdout);
    assert.match(stdout, /NO ?DATA/i);
  });

  test('preview shows text, points and the line of each side', async () => {
    const { code, stdout, stderr } = await run([
      'preview',
      'canary.yaml',
      ...sides(CHECKOUT.faulty),
      '--metric',
      'latency',
      ...WINDOW,
      ...alone(),
    ]);
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^latency, account prometheus\n {2}baseline {2}sum\(rate\(http_request_duration_seconds_sum\{app="checkout-baseline"/,
    );
    assert.match(stdout, /[▁▂▃▄▅▆▇█]{60}/);
    assert.match(stdout, /61 points, 0 gaps, last 0\.\d+ s/);
  });

  test('preview of one query, as JSON, and 2 where a side has nothing', async () => {
    const query = ['--query', 'sum(http_requests_total{app="${scope}"})'];
    const { code, stdout } = await run([
      'preview',
      ...query,
      ...sides('checkout-misspelled'),
      ...WINDOW,
      ...alone(),
      '--output',
      'json',
    ]);
    assert.equal(code, 2);
    const [{ baseline, canary }] = JSON.parse(stdout);
    assert.deepEqual([baseline.series[0].points, canary.series], [61, []]);
  });

  test('what was meant is asked back', async () => {
    const said = async (args: string[]) => {
      const { code, stderr } = await run(args, { CANARY_URL: api.url });
      assert.equal(code, 3, stderr);
      return stderr;
    };
    const base = sides(CHECKOUT.healthy);
    assert.match(
      await said(['preview', 'canary.yaml', ...base, '--metric', 'latncy']),
      /no metric "latncy"; did you mean "latency"\?/,
    );
    assert.match(
      await said(['preview', 'canary.yaml', ...base, '--output', 'jsn']),
      /did you mean "json"\?/,
    );
    assert.match(
      await said(['preview', 'canary.yaml', ...base, '--account', 'prd']),
      /no account "prd"; did you mean "prod"\?/,
    );
    assert.match(
      await said(['try', 'canary.yaml', ...base, '--prometheus', 'localhost:9090']),
      /did you mean http:\/\/localhost:9090\?/,
    );
    assert.match(
      await said([
        'try',
        'canary.yaml',
        ...base,
        '--prometheus',
        'http://me:secret@localhost:9090',
      ]),
      /--prometheus-token-file/,
    );
    assert.match(
      await said(['try', '--baseline', 'a', '--canary', 'b']),
      /a config, --baseline and --canary are needed/,
    );
    assert.match(
      await said(['try', 'nowhere.yaml', ...base]),
      /"nowhere.yaml" cannot be read: there is no such file/,
    );
    const dead = await said(['try', 'canary.yaml', ...base, '--prometheus', 'http://127.0.0.1:9']);
    assert.match(dead, /source "prometheus" .*127\.0\.0\.1:9|ECONNREFUSED|connection refused/);
  });
});
