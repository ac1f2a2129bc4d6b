// Every command in the documentation is run: against a real service that asks a real Prometheus.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { runCanary } from '../support/canary.ts';
import { allPages } from '../support/page-claims.ts';
import { PROMETHEUS_SKIP, startPrometheus, type RunningPrometheus } from '../support/prometheus.ts';
import { rolloutHistory } from '../support/rollout-history.ts';
import { OPERATOR, startTestService, type TestService } from '../support/service.ts';
import { snippetsOf, type Snippet } from '../support/snippets.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { OWNERS } from './owners.ts';

const SCRAPE_MS = 15_000;
const CHECKOUT = `name: checkout
use: [{ pack: istio, parameters: { namespace: shop }, without: [grpc errors] }]
`;
const FREE = allPages()
  .flatMap(snippetsOf)
  .filter((snippet) => !OWNERS.some(({ owns }) => owns(snippet)));
const COMMANDS = FREE.filter(({ language }) => language === 'sh');

/** What cannot run here, and why. Nothing of ours may stand in such a block. */
const NOT_HERE: Record<string, string> = {
  kubectl: 'there is no cluster',
  sqlite3: 'test/e2e/backup.test.ts does the same with the SQLite of Node',
};
const reasonOf = ({ text }: Snippet) => NOT_HERE[/^\S+/.exec(text)?.[0] ?? ''];

/** Run before the blocks of a page that need more than a config beside them; in the directory of the page. */
const BEFORE: Record<string, string> = {
  'canary backup': 'canary backup seed.db && canary restore seed.db --data ./data && rm seed.db',
  'canary restore': 'canary backup nightly.db',
  'canary judge --baseline old.jtl': `for side in old new; do
    { echo timeStamp,elapsed,label,responseCode,success
      seq 4000 | awk '{ printf "%.0f,%d,buy,200,true\\n", 1764500000000 + $1 * 50, 100 + ($1 * 7919) % 40 }'
    } > $side.jtl
  done`,
  'canary doctor':
    'canary backup nightly.db && canary restore nightly.db --data ./data && printf "data: { directory: ./data }\\n" > canary.yaml',
};

/**
 * Exit codes of these tell a verdict, which is an answer: only 3 is none, and 22 of a curl that asks a gate. The
 * others must end with 0.
 */
const SHELL = `set -eu
canary() {
  command canary "$@" || { code=$?
    case "$1" in analyze|judge|conclude|try|get|watch) [ "$code" -lt 3 ] && return 0;; esac
    return "$code"; }
}
curl() {
  case "$*" in *authorization*) set -- "$@";; *) set -- -H "authorization: Bearer $CANARY_TOKEN" "$@";; esac
  command curl --max-time 60 "$@" || { code=$?
    case "$*" in *fail-with-body*) [ "$code" -eq 22 ] && return 0;; esac
    return "$code"; }
}
`;

test('every block of commands is run, or there is a reason', () => {
  assert.ok(COMMANDS.length > 15, String(COMMANDS.length));
  for (const snippet of COMMANDS.filter((one) => reasonOf(one) !== undefined))
    assert.doesNotMatch(snippet.text, /\b(canary|curl) /);
});

test('commands whose output is shown, but measured elsewhere, have the options that they name', async () => {
  const shown = FREE.filter(({ language }) => language === 'text').flatMap(({ text }) => [
    ...text.matchAll(/^\$ canary (\S+) (.*)$/gm),
  ]);
  assert.ok(shown.length > 2);
  for (const [line, command = '', rest = ''] of shown) {
    const { stdout: help } = await runCanary([command, '--help']);
    for (const [option] of rest.matchAll(/--[a-z-]+/g)) assert.ok(help.includes(option), line);
  }
});

suite('the commands of the documentation', { skip: PROMETHEUS_SKIP }, () => {
  const directory = temporaryDirectory();
  let prometheus: RunningPrometheus;
  let api: TestService;
  /** What the pages call the analyses that they speak of. */
  const ids: Record<string, string> = {};

  before(async () => {
    const endAt = Math.floor(Date.now() / SCRAPE_MS) * SCRAPE_MS;
    // the whole of it would take longer to store than all commands to run
    const history = rolloutHistory(endAt).filter(({ name }) => name.startsWith('istio'));
    const recent = ({ at }: { at: number }) => at > endAt - 2 * 3_600_000;
    prometheus = await startPrometheus(
      history.map((family) => ({ ...family, samples: family.samples.filter(recent) })),
    );
    api = await startTestService({
      ...OPERATOR,
      CANARY_ACCOUNTS: `[{name: prometheus, source: prometheus, url: '${prometheus.url}'}]`,
    });
    const type = { 'content-type': 'application/yaml' };
    await api.call('post', '/api/v1/configs', { body: CHECKOUT, headers: type });
    const submit = async (window: object) => {
      const sides = { baseline: { scope: 'cart-primary' }, canary: { scope: 'cart' } };
      const body = { config: 'checkout', ...sides, window };
      const { body: analysis, text } = await api.call('post', '/api/v1/analyses', { body });
      assert.ok(analysis.id !== undefined, text);
      return analysis.id as string;
    };
    const running = { duration: '8h', interval: '10m', step: '1m', start: 'now-40m' };
    ids['01KF0Q4ZB8N2W7M5T3R6Y9C1DA'] = await submit({ start: 'now-1h', end: 'now' });
    ids['01KF0Q4ZB8N2W7M5T3R6Y9C1DB'] = await submit(running);
    ids['01KF0Q4ZB8N2W7M5T3R6Y9C1DC'] = await submit(running);
    await api.call('get', `/api/v1/analyses/${ids['01KF0Q4ZB8N2W7M5T3R6Y9C1DA']}?wait=60s`);
    const bin = join(directory.path, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'canary'),
      `#!/bin/sh\nexec "${process.execPath}" "${resolve('bin/canary.js')}" "$@"\n`,
    );
    chmodSync(join(bin, 'canary'), 0o755);
  });
  after(async () => {
    await api.close();
    await prometheus.stop();
    directory[Symbol.dispose]();
  });

  /** As it stands, but for the addresses and ids; what would take half an hour is judged on the past one. */
  const here = (text: string) =>
    Object.entries(ids)
      .reduce((line, [shown, id]) => line.replaceAll(shown, id), text)
      .replaceAll(/http:\/\/127\.0\.0\.1:8090|https:\/\/canary\.example/g, api.url)
      .replaceAll('http://prometheus:9090', prometheus.url)
      .replaceAll('CANARY_TOKEN=...', 'CANARY_TOKEN=operator-token')
      .replaceAll('-d duration=30m -d interval=5m', '-d start=now-30m -d end=now')
      .replaceAll('--duration 30m --interval 5m', '--last 30m');

  async function run(snippet: Snippet, name: string) {
    const cwd = join(directory.path, name);
    mkdirSync(cwd);
    // a page that stores a config by POST speaks of a new one
    const isNew = snippet.text.includes('-X POST');
    writeFileSync(
      join(cwd, 'checkout.yaml'),
      isNew ? CHECKOUT.replace('checkout', `new-${name}`) : CHECKOUT,
    );
    writeFileSync(join(cwd, 'canary.yaml'), CHECKOUT);
    const first = Object.entries(BEFORE).find(([what]) => snippet.text.includes(`${what} `));
    const script = `${SHELL}${first?.[1] ?? ''} >/dev/null\n${here(snippet.text)}`;
    const env = {
      PATH: `${join(directory.path, 'bin')}:${process.env['PATH']}`,
      XDG_CONFIG_HOME: '/nonexistent',
      CANARY_URL: api.url,
      CANARY_TOKEN: 'operator-token',
    };
    return promisify(execFile)('bash', ['--norc', '-c', script], { cwd, env });
  }

  for (const [index, snippet] of COMMANDS.entries()) {
    if (reasonOf(snippet) !== undefined) continue;
    test(`docs/${snippet.page}, line ${snippet.line}`, async () => {
      const { stdout, stderr } = await run(snippet, `block-${index}`);
      // curl ends with 0 for a refusal as well
      assert.doesNotMatch(stdout, /"status": ?[45]\d\d|"verdict": ?"error"/, stdout + stderr);
      assert.ok(stdout + stderr !== '' || snippet.text.includes('>'), 'nothing is said');
    });
  }
});
