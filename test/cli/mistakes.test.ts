// Common mistakes on the command line, each answered with what was meant, and none of them with a verdict.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCanary } from '../support/canary.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
const FILES: Record<string, string> = {
  'good.yaml': 'name: a\nmetrics:\n  - name: x\n    query: { source: prometheus, promql: up }\n',
  'indented.yaml': 'name: a\n metrics: []\n',
  'tabbed.yaml': 'name: a\nmetrics:\n\t- name: x\n',
  'pack.yaml': 'name: a\nuse: [isto]\n',
  'field.yaml': 'name: a\nmetrcs: []\n',
  'direction.yaml':
    'name: a\nmetrics:\n  - name: x\n    direction: up\n    query: { source: prometheus, promql: up }\n',
  'promql.yaml':
    'name: a\nmetrics:\n  - name: x\n    query: { source: prometheus, promql: "sum(rate(up[1m])" }\n',
  'broken.json': '{"name": "a",}',
};
before(() => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory.path, name), text);
});
after(() => directory[Symbol.dispose]());

const SIDES = ['--baseline', 'a', '--canary', 'b'];
/** Nothing listens there. */
const DEAD = ['--server', 'http://127.0.0.1:9', '--retry-for', '0s'];
const ALONE = ['--prometheus', 'http://127.0.0.1:9'];

const MISTAKES: [string[], RegExp][] = [
  [['analyse'], /there is no command "analyse"; did you mean "analyze"\?/],
  [['jugde'], /did you mean "judge"\?/],
  [['serv'], /did you mean "serve"\?/],
  [['inti'], /did you mean "init"\?/],
  [['previw', 'good.yaml'], /did you mean "preview"\?/],
  [[], /a command is missing/],
  [
    ['config', 'valdate', 'good.yaml'],
    /there is no "canary config valdate"; did you mean "validate"\?/,
  ],
  [['config', 'show', 'a'], /there is no "canary config show": "push" or /],
  [['config'], /"push" or "get" or /],
  [['import', 'kayneta'], /there is no "canary import kayneta"; did you mean "kayenta"\?/],
  [['completion', 'bsh'], /there is no "canary completion bsh"; did you mean "bash"\?/],
  [['packs', 'isto'], /there is no query pack "isto"; did you mean "istio"\?/],
  [['try', 'good.yaml', ...SIDES, ...ALONE, '--last', '60'], /--last got "60"; did you mean 60s\?/],
  [['try', 'good.yaml', ...SIDES, ...ALONE, '--last', '5 min'], /did you mean 5m\?/],
  [['try', 'good.yaml', ...SIDES, ...ALONE, '--last', '10s'], /look further back/],
  [
    [
      'try',
      'good.yaml',
      ...SIDES,
      ...ALONE,
      '--start',
      '2026-01-15 10:00',
      '--end',
      '2026-01-15T11:00:00Z',
    ],
    /did you mean 2026-01-15T10:00:00Z\?/,
  ],
  [
    ['try', 'good.yaml', ...SIDES, '--prometheus', 'prometheus:9090'],
    /did you mean http:\/\/prometheus:9090\?/,
  ],
  [['try', 'good.yaml', '--canary', 'b', ...ALONE], /--baseline and --canary are needed/],
  [['try', 'god.yaml', ...SIDES, ...ALONE], /"god.yaml" cannot be read: there is no such file/],
  [['try', 'indented.yaml', ...SIDES, ...ALONE], /"indented.yaml" is not YAML: /],
  [['try', 'tabbed.yaml', ...SIDES, ...ALONE], /"tabbed.yaml" is not YAML: .*[Tt]ab/],
  [['analyze', '--config', 'broken.json', ...SIDES, ...DEAD], /"broken.json" is not JSON/],
  [
    ['analyze', '--config', 'good.yaml', ...SIDES, ...DEAD],
    /server http:\/\/127\.0\.0\.1:9 does not answer/,
  ],
  [
    ['analyze', '--confg', 'good.yaml', ...SIDES],
    /there is no option "--confg"; did you mean "--config"\?/,
  ],
  [
    ['analyze', '--config', 'good.yaml', ...SIDES, '--pass', '0.9', '--marginal', '50', ...DEAD],
    /did you mean 90\?/,
  ],
  [
    ['analyze', '--config', 'good.yaml', ...SIDES, '--parameter', 'namespace=shop', ...DEAD],
    /baseline\.NAME=VALUE or canary\.NAME=VALUE is needed/,
  ],
  [
    ['preview', 'good.yaml', ...SIDES, ...DEAD, '--output', 'jsn'],
    /--output got "jsn"; did you mean "json"\?/,
  ],
  [['init', ...ALONE, '--scope', 'checkout'], /did you mean app=checkout\?/],
  [['init', ...ALONE, '--scope', 'app:checkout'], /did you mean app=checkout\?/],
  [['init', ...ALONE, '--scope', ''], /a label of the workload is needed, such as app=checkout/],
  [
    ['init', '--scope', 'app=checkout'],
    /--prometheus URL, or --account NAME of a running service, is needed/,
  ],
  [['init', ...ALONE, '--scope', 'app=a', '--out', 'canary.json'], /did you mean canary\.yaml\?/],
];

for (const [args, meant] of MISTAKES) {
  test(`canary ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await runCanary(args, { cwd: directory.path });
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(stderr, meant);
  });
}

for (const [file, meant] of [
  ['pack.yaml', /there is no query pack "isto"; did you mean "istio"\?/],
  ['field.yaml', /unknown field; did you mean "metrics"\?/],
  ['direction.yaml', /direction.*"increase"|increase.*decrease/],
  ['promql.yaml', /line 1, column \d+: this \( is never closed/],
] as const) {
  test(`canary config validate ${file}`, async () => {
    const args = ['config', 'validate', file];
    const { code, stdout } = await runCanary(args, { cwd: directory.path });
    assert.equal(code, 3);
    assert.match(stdout, new RegExp(`^${file}:\\d+:\\d+: error: `));
    assert.match(stdout, meant);
  });
}

test('these are more than thirty', () => {
  assert.ok(MISTAKES.length >= 31);
});
