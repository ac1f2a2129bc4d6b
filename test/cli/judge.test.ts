import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadContract } from '../../src/contract/contract.ts';
import { runCanary } from '../support/canary.ts';
import { CONFIG, quietValues, writeExample } from './example-files.ts';

test('a pass ends with 0 and shows every metric', async () => {
  using files = writeExample();
  const { code, stdout, stderr } = await runCanary(files.judgeArgs('same.csv'), {
    cwd: files.path,
  });
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^✔ PASS {2}100\/100 \(pass 90, marginal 70\)\n {2}pass: score 100/);
  assert.match(stdout, /✔ errors .*\n.*✔ latency /);
});

test('a fail ends with 1, the worst metric first', async () => {
  using files = writeExample();
  const { code, stdout } = await runCanary(files.judgeArgs('worse.csv'), { cwd: files.path });
  assert.equal(code, 1);
  assert.match(stdout, /^✖ FAIL {2}60\/100/);
  assert.match(
    stdout,
    /✖ latency +399.9 ms +53\d.\d+ ms +\+33 % \[.*\] +up to \+10 % +Worse\n.*✔ errors/u,
  );
});

test('what a config or an option says and hardly means is refused, or told on stderr', async () => {
  using files = writeExample();
  const [errors, latency] = CONFIG.metrics;
  const tenfold = { ...CONFIG, metrics: [errors, { ...latency, tolerance: { increase: 10 } }] };
  files.write('tenfold.json', tenfold);
  const told = await runCanary(files.judgeArgs('same.csv', 'tenfold.json'), { cwd: files.path });
  assert.equal(told.code, 0);
  assert.match(
    told.stderr,
    /^canary: warning: \/metrics\/1\/tolerance\/increase lets the canary be/,
  );
  files.write('share.json', { ...CONFIG, thresholds: { pass: 0.9, marginal: 0.7 } });
  const refused = await runCanary(files.judgeArgs('same.csv', 'share.json'), { cwd: files.path });
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /\/thresholds\/pass: is 0.9, .*; did you mean 90\?/);
  const args = [...files.judgeArgs('same.csv'), '--pass', '0.9'];
  const { code, stderr } = await runCanary(args, { cwd: files.path });
  assert.deepEqual([code, /did you mean 90\?/.test(stderr)], [3, true]);
});

test('marginal ends with 2; the thresholds of the options go over those of the config', async () => {
  using files = writeExample();
  const args = [...files.judgeArgs('worse.csv'), '--marginal', '50'];
  const { code, stdout } = await runCanary(args, { cwd: files.path });
  assert.equal(code, 2);
  assert.match(stdout, /^◐ MARGINAL {2}60\/100 \(pass 90, marginal 50\)/);
  const passing = await runCanary([...args, '--pass', '60'], { cwd: files.path });
  assert.equal(passing.code, 0);
});

test('not enough data ends with 2 and is never a pass', async () => {
  using files = writeExample();
  const { code, stdout } = await runCanary(files.judgeArgs('empty.csv'), { cwd: files.path });
  assert.equal(code, 2);
  assert.match(stdout, /^∅ NOT ENOUGH DATA/);
  assert.match(stdout, /! metric "errors" has no data on the canary side/);
});

test('--json prints the judgement as the contract has it', async () => {
  using files = writeExample();
  const contract = loadContract();
  for (const [canary, verdict] of [
    ['worse.csv', 'fail'],
    ['empty.csv', 'nodata'],
  ] as const) {
    const args = [...files.judgeArgs(canary), '--json'];
    const { stdout } = await runCanary(args, { cwd: files.path });
    const judgement = JSON.parse(stdout) as { verdict: string };
    assert.deepEqual(contract.checkSchema('Judgement', judgement), []);
    assert.equal(judgement.verdict, verdict);
  }
});

test('a config may be YAML, and series JSON', async () => {
  using files = writeExample();
  files.write('config.yaml', JSON.stringify(CONFIG, null, 2)); // JSON is YAML, and JSON.parse would do
  files.write(
    'half.yml',
    'name: half\nmetrics:\n  - name: latency\n    query: { source: inline }\n',
  );
  files.write('canary.json', { latency: quietValues(533, 1) });
  const { code } = await runCanary(files.judgeArgs('same.csv', 'config.yaml'), { cwd: files.path });
  assert.equal(code, 0);
  const run = await runCanary(files.judgeArgs('canary.json', 'half.yml'), { cwd: files.path });
  assert.equal(run.code, 1);
});

test('several series of a metric are paired by their labels', async () => {
  using files = writeExample();
  const rows = (zone: string, mean: number) =>
    quietValues(mean, zone.length).map(
      (value, minute) =>
        `2026-01-15T10:${String(minute).padStart(2, '0')}:00Z,latency,${value},${zone}`,
    );
  const csv = (a: number, b: number) =>
    `time,metric,value,zone\n${[...rows('a', a), ...rows('bb', b)].join('\n')}\n`;
  files.write('baseline.csv', csv(400, 800));
  files.write('canary.csv', csv(400, 1600));
  const { stdout } = await runCanary(files.judgeArgs('canary.csv'), { cwd: files.path });
  assert.match(stdout, /✖ latency zone=bb .*\+100 %/);
  assert.match(stdout, /✔ latency zone=a /);
});

const REFUSALS: [string, (files: ReturnType<typeof writeExample>) => string[], RegExp][] = [
  [
    'a missing config',
    (f) => f.judgeArgs('same.csv', 'nope.json'),
    /config "nope.json" cannot be read: there is no such file/,
  ],
  [
    'a config that is no JSON',
    (f) => f.judgeArgs('same.csv', f.write('c.json', '{')),
    /config "c.json" is not JSON/,
  ],
  [
    'a config that is no YAML',
    (f) => f.judgeArgs('same.csv', f.write('c.yaml', 'a: [')),
    /config "c.yaml" is not YAML/,
  ],
  [
    'a config that is null',
    (f) => f.judgeArgs('same.csv', f.write('c.json', 'null')),
    /config "c.json" breaks 1 rule/,
  ],
  [
    'a config that breaks the contract',
    (f) => f.judgeArgs('same.csv', f.write('c.json', { ...CONFIG, metrics: [{ nme: 'x' }] })),
    /\/metrics\/0\/name: is required[^]*\/metrics\/0\/nme: unknown field; did you mean "name"/,
  ],
  [
    'two metrics of one name',
    (f) =>
      f.judgeArgs(
        'same.csv',
        f.write('c.json', { ...CONFIG, metrics: [CONFIG.metrics[0], CONFIG.metrics[0]] }),
      ),
    /\/metrics\/1\/name: must be unique; "errors" stands twice/,
  ],
  [
    'a judge that nobody knows',
    (f) => f.judgeArgs('same.csv', f.write('c.json', { ...CONFIG, judge: 'x' })),
    /there is no judge "x": use one of NetflixACAJudge-v1.0/,
  ],
  ['a missing canary', (f) => f.judgeArgs('nope.csv'), /canary "nope.csv" cannot be read/],
  [
    'a file of an unknown kind',
    (f) => f.judgeArgs(f.write('c.txt', 'nothing known')),
    /canary "c.txt": begins with "nothing known", .*name its form with --format \(.*jmeter-csv/,
  ],
  [
    'a broken line',
    (f) => f.judgeArgs(f.write('c.csv', 'time,errors\nnoon,1\n')),
    /canary "c.csv": line 2 has the time "noon"/,
  ],
  [
    'thresholds upside down',
    (f) => [...f.judgeArgs('same.csv'), '--marginal', '95'],
    /marginal threshold 95 is above pass 90/,
  ],
  [
    'a threshold that is no score',
    (f) => [...f.judgeArgs('same.csv'), '--pass', 'high'],
    /--pass got "high", where 0 to 100 is needed/,
  ],
];
for (const [name, argsOf, message] of REFUSALS) {
  test(`${name} ends with 3`, async () => {
    using files = writeExample();
    const { code, stdout, stderr } = await runCanary(argsOf(files), { cwd: files.path });
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(stderr, message);
  });
}
