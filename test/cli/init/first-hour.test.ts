// The stopwatch: from an empty folder and a Prometheus to a right verdict by three commands, and what init refuses.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { runCanary, runOnTerminal, type CanaryRun } from '../../support/canary.ts';
import { startServe } from '../../support/process.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type RunningPrometheus,
} from '../../support/prometheus.ts';
import { rolloutHistory } from '../../support/rollout-history.ts';
import { startTestService } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const SCRAPE_MS = 15_000;
/** The commands of the tutorial, as they stand there. */
const TUTORIAL = readFileSync(
  new URL('../../../docs/tutorial/ten-minutes.md', import.meta.url),
  'utf8',
);
const COMMANDS = [...TUTORIAL.matchAll(/^```sh\ncanary (.*)\n```$/gm)].map(([, line]) => line!);

const REFERENCE = readFileSync(new URL('../../../docs/reference/cli.md', import.meta.url), 'utf8');
/** What the reference says that `init` prints. */
const SHOWN = /^\$ canary init .*\n([^]*?)^```$/m.exec(REFERENCE)?.[1] ?? '';

/** Without what noise changes: figures of the history, and how wide they make a column. */
function masked(text: string): string {
  return text
    .replaceAll(/nothing|[+−]?\d[\d.]* %/g, 'N')
    .replaceAll(/\d+ of 20/g, 'N of 20')
    .replaceAll(/about \d+ requests/g, 'about N requests')
    .replaceAll(/ {2,}/g, '  ')
    .replaceAll(/ +$/gm, '');
}

test('the tutorial has three commands', () => {
  assert.deepEqual(
    COMMANDS.map((line) => line.split(' ')[0]),
    ['init', 'serve', 'analyze'],
  );
});

describe('the first hour', { skip: PROMETHEUS_SKIP }, () => {
  const directory = temporaryDirectory();
  let prometheus: RunningPrometheus;
  before(async () => {
    const endAt = Math.floor(Date.now() / SCRAPE_MS) * SCRAPE_MS;
    prometheus = await startPrometheus(rolloutHistory(endAt));
  });
  after(async () => {
    await prometheus.stop();
    directory[Symbol.dispose]();
  });

  const emptyFolder = (name: string) => {
    const folder = join(directory.path, name);
    mkdirSync(folder);
    return folder;
  };
  const init = (cwd: string, args: string[]) =>
    runCanary(['init', '--prometheus', prometheus.url, ...args], { cwd });

  /** The second and third command; the analysis begins as long ago as it lasts, so that nobody waits for it. */
  async function serveAndAnalyze(folder: string): Promise<CanaryRun> {
    const [, serve = '', analyze = ''] = COMMANDS;
    const [, ...options] = serve
      .split(' ')
      .map((word) => (word.endsWith('.yaml') ? join(folder, word) : word));
    const served = await startServe(join(folder, 'data'), {}, options);
    const start = new Date(Date.now() - 130 * 60_000).toISOString();
    const run = await runCanary([...analyze.split(' '), '--start', start], {
      cwd: folder,
      env: { CANARY_URL: served.url },
    });
    await served.end('SIGTERM');
    return run;
  }

  for (const { kind, scope, code, verdict, uses } of [
    {
      kind: 'Istio, a healthy canary',
      scope: 'app=checkout',
      code: 0,
      verdict: /PASS/,
      uses: ['istio'],
    },
    {
      kind: 'Istio, a faulty canary',
      scope: 'app=cart',
      code: 1,
      verdict: /FAIL[^]*istio errors is /,
      uses: ['istio'],
    },
    {
      kind: 'Spring Boot, a faulty canary',
      scope: 'namespace=shop,app=billing',
      code: 1,
      verdict: /FAIL[^]*spring-boot errors is /,
      uses: ['spring-boot', 'jvm'],
    },
    {
      kind: 'OpenTelemetry, a healthy canary',
      scope: 'job=shop/search',
      code: 0,
      verdict: /PASS/,
      uses: ['http-server-otel'],
    },
  ]) {
    test(kind, async () => {
      const folder = emptyFolder(kind.replaceAll(/\W+/g, '-'));
      const [first = ''] = COMMANDS;
      const line = first
        .replace('http://prometheus:9090', prometheus.url)
        .replace('app=checkout', scope);
      const written = await runCanary([...line.split(' '), '--yes'], { cwd: folder });
      assert.equal(written.code, 0, written.stderr);
      if (scope === 'app=checkout') assert.equal(masked(written.stdout), masked(SHOWN));
      const text = readFileSync(join(folder, 'canary.yaml'), 'utf8');
      assert.match(text, /^# yaml-language-server: \$schema=http/);
      assert.match(text, /^# Measured on the baseline's last 6h/m);
      assert.match(text, /errors +\d+ of 20 +/, text);
      const { use } = parse(text) as { use: { pack: string }[] };
      assert.deepEqual(
        use.map((one) => one.pack),
        uses,
      );
      const judged = await serveAndAnalyze(folder);
      assert.equal(judged.code, code, judged.stdout + judged.stderr.slice(-2000));
      assert.match(judged.stdout, verdict);
    });
  }

  test('a running service is asked by its account, which stands in the request', async () => {
    const api = await startTestService({
      CANARY_ACCOUNTS: `[{name: prod, source: prometheus, url: '${prometheus.url}', scrapeInterval: 15s}]`,
    });
    const folder = emptyFolder('account');
    writeFileSync(join(folder, 'mail.yaml'), 'name: old\n');
    const args = [
      'init',
      '--account',
      'prod',
      '--scope',
      'job=shop/mail',
      '--yes',
      '--out',
      'mail.yaml',
      '--force',
    ];
    const { code, stderr } = await runCanary(args, { cwd: folder, env: { CANARY_URL: api.url } });
    await api.close();
    assert.equal(code, 0, stderr);
    assert.deepEqual(readdirSync(folder).sort(), ['mail.request.yaml', 'mail.yaml']);
    const request = parse(readFileSync(join(folder, 'mail.request.yaml'), 'utf8')) as object;
    const { window, ...sides } = request as { window: { step: string } };
    assert.deepEqual(sides, {
      baseline: { scope: 'v9' },
      canary: { scope: 'v10' },
      account: 'prod',
    });
    assert.equal(window.step, '1m');
    assert.match(readFileSync(join(folder, 'mail.yaml'), 'utf8'), /^name: shop-mail$/m);
  });

  test('nothing is written for what is not there, and what was meant is said', async () => {
    const folder = emptyFolder('refused');
    const refused = async (args: string[]) => {
      const { code, stderr } = await init(folder, [...args, '--yes']);
      assert.equal(code, 3, stderr);
      assert.deepEqual(readdirSync(folder), []);
      return stderr;
    };
    assert.match(
      await refused(['--scope', 'app=order']),
      /no series has app="order"; did you mean "orders"\?/,
    );
    assert.match(await refused(['--scope', 'ap=order']), /no series has a label "ap" now/);
    assert.match(await refused(['--scope', 'orders']), /did you mean app=orders\?/);
    assert.match(
      await refused(['--scope', 'app=orders', '--baseline', 'orders-v1', '--canary', 'orders-v2']),
      /with the sides orders-v1 and orders-v2[^]*no pod is "orders-v1"/,
    );
  });

  test('a file that is there is left as it is, unless --force is said', async () => {
    const folder = emptyFolder('existing');
    const file = join(folder, 'canary.yaml');
    writeFileSync(file, 'name: mine\n');
    const left = await init(folder, ['--scope', 'job=shop/search', '--yes']);
    assert.equal(left.code, 3);
    assert.match(
      left.stderr,
      /canary.yaml is there already: choose another name with --out, or overwrite with --force/,
    );
    assert.equal(readFileSync(file, 'utf8'), 'name: mine\n');
  });

  test('on a terminal it asks before it writes', async () => {
    const folder = emptyFolder('terminal');
    const args = ['init', '--prometheus', prometheus.url, '--scope', 'job=shop/search'];
    const { code, stdout } = await runOnTerminal(args, { cwd: folder, stdin: 'n\n' });
    assert.match(stdout, /Write canary\.yaml\? \[Y\/n\]/);
    assert.equal(code, 3, stdout);
    assert.equal(existsSync(join(folder, 'canary.yaml')), false);
  });

  test('of several ways to tell the sides apart one is chosen, or the best is taken and the others told', async () => {
    const folder = emptyFolder('ways');
    const args = ['init', '--prometheus', prometheus.url, '--scope', 'job=shop/profile'];
    const best = 'baseline v7, canary v9 (by version: v9 was first seen later (of 3))';
    const other = 'baseline v8, canary v9 (by version: v9 was first seen later (of 3))';
    const asked = await runOnTerminal(args, { cwd: folder, answers: ['7', '2', 'n'] });
    assert.equal(asked.code, 3, asked.stdout);
    const lines = asked.stdout.split(/\r?\n/);
    assert.deepEqual(
      lines.filter((line) => / [12] {2}baseline/.test(line)),
      [`  1  ${best}`, `  2  ${other}`],
    );
    assert.match(asked.stdout, /Which sides of http-server-otel\? \[1\] \S*7\r/);
    assert.match(asked.stdout, /a number from 1 to 2 is needed/);
    assert.ok(lines.includes(`http-server-otel: ${other}`), asked.stdout);
    const taken = await runCanary([...args, '--yes'], { cwd: folder });
    assert.equal(taken.code, 0, taken.stderr);
    assert.ok(taken.stderr.includes(`canary: taken: ${best}\ncanary: also possible: ${other}\n`));
    assert.ok(taken.stdout.startsWith(`http-server-otel: ${best}\n`), taken.stdout);
  });
});
