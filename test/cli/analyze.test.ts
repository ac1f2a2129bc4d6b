import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { loadContract } from '../../src/contract/contract.ts';
import type { components } from '../../src/openapi.d.ts';
import { endOf, runCanary, startCanary } from '../support/canary.ts';
import { until } from '../support/poll.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { CONFIG, quietValues, writeExample } from './example-files.ts';

type Schemas = components['schemas'];

/** The command against the whole service. */
let api: TestService;
const contract = loadContract();

before(async () => {
  api = await startTestService();
  const stored = await api.call('post', '/api/v1/configs', { body: CONFIG });
  assert.equal(stored.status, 201);
});
after(() => api.close());

/** A request whose series come with it: latency as given, errors quiet. */
function requestOf(latency: number[]): Partial<Schemas['AnalysisRequest']> {
  const errors = { metric: 'errors', baseline: quietValues(0.01), canary: quietValues(0.01, 1) };
  return {
    config: 'checkout',
    baseline: { scope: 'checkout-v41' },
    canary: { scope: 'checkout-v42' },
    pairs: [errors, { metric: 'latency', baseline: quietValues(400), canary: latency }],
  };
}

const VERDICTS = {
  pass: { latency: quietValues(400, 1), code: 0, title: '✔ PASS  100/100' },
  fail: { latency: quietValues(533, 1), code: 1, title: '✖ FAIL  60/100' },
} as const;
for (const [verdict, { latency, code, title }] of Object.entries(VERDICTS)) {
  test(`an analysis that ends with ${verdict} ends the command with ${code}`, async () => {
    using files = writeExample();
    files.write('request.json', requestOf([...latency]));
    const run = await analyze(['--request', 'request.json'], files.path);
    assert.equal(run.code, code, run.stderr);
    assert.ok(run.stdout.startsWith(title), run.stdout);
    const id = /analyses\/(\w+)\n$/.exec(run.stdout)![1]!;
    assert.ok(run.stdout.endsWith(`  report: ${api.url}/analyses/${id}\n`));
    assert.match(
      run.stderr,
      new RegExp(`^canary: report of analysis ${id}: ${api.url}/analyses/${id}\n`),
    );
    assert.match(run.stderr, new RegExp(`analysis ${id} completed, ${verdict}`));
    assert.ok(!run.stdout.includes('\u001B') && !run.stderr.includes('\r'));
  });
}

test('marginal and not enough data end with 2', async () => {
  using files = writeExample();
  files.write('worse.json', requestOf(quietValues(533, 1)));
  const marginal = await analyze(
    ['--request', 'worse.json', '--pass', '90', '--marginal', '50'],
    files.path,
  );
  assert.equal(marginal.code, 2, marginal.stderr);
  assert.match(marginal.stdout, /^◐ MARGINAL {2}60\/100 \(pass 90, marginal 50\)/);
  files.write('none.json', { ...requestOf([]), pairs: [nothing('errors'), nothing('latency')] });
  const nodata = await analyze(['--request', 'none.json'], files.path);
  assert.equal(nodata.code, 2, nodata.stderr);
  assert.match(nodata.stdout, /^∅ NOT ENOUGH DATA/);
});

test('an analysis that cannot be judged ends with 3 and says why', async () => {
  using down = await closedPort();
  const broken = await startTestService({
    CANARY_ACCOUNTS: `[{name: prom, source: prometheus, url: "http://127.0.0.1:${down.port}"}]`,
    CANARY_OUTBOUND_SOURCES_ALLOW: '[127.0.0.0/8]',
    CANARY_LIMITS_EXECUTION_DEADLINE: '1s',
  });
  try {
    using files = writeExample();
    const config = {
      name: 'up',
      metrics: [{ name: 'up', query: { source: 'prometheus', promql: 'up{app="${scope}"}' } }],
    };
    const args = sidesAnd(['--config', files.write('up.json', config)]);
    const window = ['--start', '2026-01-15T10:00:00Z', '--end', '2026-01-15T10:10:00Z'];
    const run = await runCanary(['analyze', ...args, ...window], {
      cwd: files.path,
      env: { CANARY_URL: broken.url },
    });
    assert.equal(run.code, 3, run.stderr);
    assert.match(run.stdout, /^⚠ ERROR\n {2}.*prom/);
  } finally {
    await broken.close();
  }
});

test('the options say the whole request', async () => {
  using files = writeExample();
  const given =
    '--duration 30m --interval 5m --warmup 2m --lookback 10m --step 30s --start 2026-01-15T10:00:00Z ' +
    '--pass 80 --marginal 60 --parameter canary.name.space=a=b --parameter baseline.x= --label a=b=c';
  const config = files.write('config.json', CONFIG);
  const args = sidesAnd(['--config', config, '--json', '--no-wait', ...given.split(' ')]);
  const { code, stdout, stderr } = await analyze(args, files.path);
  assert.equal(code, 0, stderr);
  const analysis = JSON.parse(stdout) as Schemas['Analysis'];
  assert.deepEqual(contract.checkSchema('Analysis', analysis), []);
  assert.deepEqual(analysis.scopes['default'], {
    baseline: { scope: 'v41', location: '', parameters: { x: '' } },
    canary: { scope: 'v42', location: '', parameters: { 'name.space': 'a=b' } },
  });
  const { duration, interval, warmup, lookback, step, start } = analysis.window;
  assert.deepEqual(
    [duration, interval, warmup, lookback, step, start],
    ['30m', '5m', '2m', '10m', '30s', '2026-01-15T10:00:00.000Z'],
  );
  assert.deepEqual(analysis.thresholds, { pass: 80, marginal: 60 });
  assert.deepEqual(analysis.labels, { a: 'b=c' });
});

test('--last is the time up to now, and relative times are told back as instants', async () => {
  using files = writeExample();
  const config = files.write('config.json', CONFIG);
  for (const window of [
    ['--last', '2h'],
    ['--start', 'now-2h', '--end', 'now'],
  ]) {
    const args = sidesAnd(['--config', config, '--json', '--no-wait', ...window]);
    const { code, stdout, stderr } = await analyze(args, files.path);
    assert.equal(code, 0, stderr);
    const { start = '', end = '' } = (JSON.parse(stdout) as Schemas['Analysis']).window;
    assert.equal(Date.parse(end) - Date.parse(start), 2 * 3_600_000);
  }
});

test('--no-wait prints the address and ends with 0, and the same key attaches to it', async () => {
  using files = writeExample();
  files.write('request.yaml', JSON.stringify(requestOf(quietValues(533, 1)), null, 1));
  const args = ['--request', 'request.yaml', '--idempotency-key', 'rollout-1'];
  const submitted = await analyze([...args, '--no-wait'], files.path);
  const [, id] = /^analysis (\w+) submitted\n {2}report: http/.exec(submitted.stdout)!;
  assert.equal(submitted.code, 0);
  const attached = await analyze([...args, '--json'], files.path);
  assert.equal(attached.code, 1);
  const analysis = JSON.parse(attached.stdout) as Schemas['Analysis'];
  assert.deepEqual(contract.checkSchema('Analysis', analysis), []);
  assert.deepEqual([analysis.id, analysis.verdict], [id, 'fail']);
});

test('a refused request ends with 3 and lists every broken rule', async () => {
  using files = writeExample();
  const run = await analyze(sidesAnd(['--config', 'checkout', '--step', 'soon']), files.path);
  assert.deepEqual([run.code, run.stdout], [3, '']);
  assert.match(run.stderr, /refused the analysis with 400: .*\n {2}\/window\/step: must match/);
  const unknown = await analyze(sidesAnd(['--config', 'ghost', '--duration', '5m']), files.path);
  assert.equal(unknown.code, 3);
  assert.match(unknown.stderr, /refused the analysis with 404: there is no config "ghost"/);
});

test('when the time is over the analysis goes on, and the exit code is 3', async () => {
  const args = sidesAnd(['--config', 'checkout', '--duration', '10m', '--timeout', '2s']);
  const run = await analyze(args);
  assert.equal(run.code, 3);
  assert.match(run.stderr, /the time of --timeout is over before there was a verdict\n$/);
  const [, id] = /analysis (\w+) may go on without us at http/.exec(run.stderr)!;
  const { body } = await api.call('get', `/api/v1/analyses/${id}`);
  assert.ok(['queued', 'running'].includes((body as Schemas['Analysis']).state));
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} with --cancel-on-interrupt cancels the analysis`, async () => {
    const { run, id } = await interrupt(signal, ['--cancel-on-interrupt']);
    assert.equal(run.code, 3);
    assert.match(run.stdout, /^⊘ CANCELLED\n/);
    const { body } = await api.call('get', `/api/v1/analyses/${id}`);
    assert.equal((body as Schemas['Analysis']).state, 'cancelled');
  });
}

test('SIGINT alone leaves the analysis, and ends with 3', async () => {
  const { run, id } = await interrupt('SIGINT', []);
  assert.deepEqual([run.code, run.stdout], [3, '']);
  assert.match(run.stderr, /interrupted before there was a verdict\n$/);
  const { body } = await api.call('get', `/api/v1/analyses/${id}`);
  assert.ok(['queued', 'running'].includes((body as Schemas['Analysis']).state));
});

const USAGE: [string[], RegExp][] = [
  [['--config', 'checkout'], /--config, --baseline and --canary are needed, or --request/],
  [sidesAnd(['--config', 'nope.yaml']), /config "nope.yaml" cannot be read: there is no such file/],
  [['--request', 'nope.json'], /request "nope.json" cannot be read/],
  [sidesAnd(['--config', 'checkout', '--pass', '80']), /--pass and --marginal go together/],
  [sidesAnd(['--config', 'checkout', '--label', 'x']), /--label got "x", where NAME=VALUE/],
  [sidesAnd(['--config', 'c', '--parameter', 'other.x=1']), /--parameter got "other.x=..."/],
  [sidesAnd(['--config', 'c', '--timeout', '30']), /--timeout got "30"; did you mean 30s\?\n/],
  [
    sidesAnd(['--config', 'c', '--duration', '30 min']),
    /--duration got "30 min"; did you mean 30m\?/,
  ],
  [sidesAnd(['--config', 'c', '--step', '60']), /--step got "60"; did you mean 60s\?/],
  [
    sidesAnd(['--config', 'c', '--start', '2026-01-15 10:00']),
    /--start got "2026-01-15 10:00"; did you mean 2026-01-15T10:00:00Z\?/,
  ],
  [
    sidesAnd(['--config', 'c', '--end', '1768471200']),
    /--end got "1768471200"; did you mean 2026-01-15T10:00:00Z\?/,
  ],
  [sidesAnd(['--config', 'c', '--start', '3 hours ago']), /"3 hours ago"; did you mean now-3h\?/],
  [sidesAnd(['--config', 'c', '--end', 'now - 5m']), /--end got "now - 5m"; did you mean now-5m\?/],
  [sidesAnd(['--config', 'c', '--last', '2']), /--last got "2"; did you mean 2s\?/],
  [
    sidesAnd(['--config', 'c', '--last', '2h', '--end', 'now']),
    /--last is a window of its own: leave out --start, --end and --duration/,
  ],
  [sidesAnd(['--config', 'c', '--timeout', 'soon']), /--timeout got "soon", where a duration/],
  [
    sidesAnd(['--config', 'c', '--server', 'ftp://x']),
    /must be an http:\/\/ or https:\/\/ address/,
  ],
  [sidesAnd(['--config', 'c', '--token', 'x']), /there is no option "--token"; see/],
];
for (const [args, message] of USAGE) {
  test(`canary analyze ${args.join(' ')} is wrong usage and ends with 3`, async () => {
    using files = writeExample();
    const run = await analyze(args, files.path);
    assert.deepEqual([run.code, run.stdout], [3, '']);
    assert.match(run.stderr, message);
  });
}

test('a password in the address is refused without being repeated', async () => {
  const args = sidesAnd(['--config', 'c', '--server', 'http://me:hunter2@localhost']);
  const { code, stderr } = await analyze(args);
  assert.equal(code, 3);
  assert.match(stderr, /holds credentials/);
  assert.ok(!stderr.includes('hunter2'));
});

test('the token comes from the environment or a file, and never into a message', async () => {
  const closed = await startTestService({
    CANARY_SERVER_TOKENS: '[{name: ci, token: env:CI_TOKEN}]',
    CI_TOKEN: 'a-token-of-the-test-with-length-32',
  });
  try {
    using files = writeExample();
    files.write('request.json', { ...requestOf(quietValues(400, 1)), config: CONFIG });
    const args = ['analyze', '--request', 'request.json', '--server', closed.url];
    const run = (env: Record<string, string>, extra: string[] = []) =>
      runCanary([...args, ...extra], { cwd: files.path, env });
    const without = await run({});
    assert.equal(without.code, 3);
    assert.match(without.stderr, /401: .*CANARY_TOKEN or --token-file/);
    assert.equal((await run({ CANARY_TOKEN: 'a-token-of-the-test-with-length-32' })).code, 0);
    files.write('token', 'a-token-of-the-test-with-length-32\n');
    assert.equal((await run({}, ['--token-file', 'token'])).code, 0);
    const broken = await run({ CANARY_TOKEN: 'two\nlines' });
    assert.equal(broken.code, 3);
    assert.equal(broken.stderr, 'canary: the token holds characters that no header can carry\n');
  } finally {
    await closed.close();
  }
});

function nothing(metric: string): Schemas['SeriesPair'] {
  return { metric, baseline: [null], canary: [null] };
}

function sidesAnd(args: string[]): string[] {
  return ['--baseline', 'v41', '--canary', 'v42', ...args];
}

function analyze(args: string[], cwd?: string) {
  const env = { CANARY_URL: api.url };
  return runCanary(['analyze', ...args], cwd === undefined ? { env } : { env, cwd });
}

/** Sends a signal once the analysis is known to run. */
async function interrupt(signal: NodeJS.Signals, args: string[]) {
  const common = sidesAnd(['--config', 'checkout', '--duration', '10m']);
  const child = startCanary(['analyze', ...common, ...args], { env: { CANARY_URL: api.url } });
  const ended = endOf(child);
  let progress = '';
  child.stderr.on('data', (chunk: string) => {
    progress += chunk;
  });
  const id = await until(
    'a submitted analysis',
    () => /report of analysis (\w+):/.exec(progress)?.[1],
  );
  child.kill(signal);
  return { run: await ended, id };
}

/** A port that refuses connections. */
async function closedPort(): Promise<{ port: number } & Disposable> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return { port, [Symbol.dispose]: () => undefined };
}

test('the series of an analysis are replayed from the server, under another judge', async () => {
  const { body } = await api.call('post', '/api/v1/analyses', {
    body: { ...requestOf(quietValues(533, 1)), config: CONFIG },
  });
  await api.call('get', `/api/v1/analyses/${body.id}?wait=20s`);
  using example = writeExample();
  const cwd = example.path;
  const stored = ['--config', example.write('stored.json', CONFIG), '--server', api.url];
  const sequential = ['--judge', 'SequentialJudge-v1.0', '--look-every', '1'];
  const run = await runCanary(['replay', ...stored, '--analysis', body.id, ...sequential], { cwd });
  assert.equal(run.stderr, '');
  assert.match(run.stdout, /latency: High from \d+ samples/);
  const missing = await runCanary(['replay', ...stored, '--analysis', 'ghost'], { cwd });
  assert.equal(missing.code, 3);
  assert.match(missing.stderr, /there is no analysis "ghost"/);
});
