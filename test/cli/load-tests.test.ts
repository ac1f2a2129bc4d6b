import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FILE_HELP } from '../../src/cli/files/file-options.ts';
import { FORMAT_NAMES } from '../../src/sources/files/formats.ts';
import { runCanary } from '../support/canary.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();
after(() => directory[Symbol.dispose]());

interface Load {
  /** Factor of the latencies. */
  slower?: number;
  /** Share of errors. */
  errors?: number;
  seconds?: number;
  seed: number;
  /** How much slower the first twenty seconds are. */
  warmUp?: number;
}

/** A JTL of twenty requests a second, the same on every run. */
function writeJtl(
  name: string,
  { slower = 1, errors = 0.01, seconds = 300, seed, warmUp = 1 }: Load,
): string {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const lines = Array.from({ length: seconds * 20 }, (_, i) => {
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const factor = slower * (i < 400 ? warmUp : 1);
    const at = Date.UTC(2026, 0, 15, 10) + seed * 86_400_000 + i * 50;
    return [
      at,
      Math.round(50 * factor * Math.exp(0.3 * normal)),
      'GET /',
      random() >= errors,
    ].join();
  });
  writeFileSync(
    join(directory.path, name),
    ['timeStamp,elapsed,label,success', ...lines].join('\n'),
  );
  return name;
}

const BASELINE = writeJtl('old.jtl', { seed: 1 });
const run = (...args: string[]) => runCanary(args, { cwd: directory.path });

test('two load tests of different days are compared in one command; the same passes', async () => {
  const canary = writeJtl('same.jtl', { seed: 2 });
  const { code, stdout, stderr } = await run('judge', '--baseline', BASELINE, '--canary', canary);
  assert.equal(code, 0, stdout);
  for (const name of ['errors', 'slow requests', 'latency p50', 'latency p95']) {
    assert.match(stdout, new RegExp(`✔ ${name} `));
  }
  // twenty requests a second: a p99 would be the slowest request of a step
  assert.doesNotMatch(stdout, /latency p99/);
  assert.match(
    stderr,
    /without --config, judged are errors, slow requests \(longer than 8\d\.?\d? ms\)/,
  );
});

test('slower and failing ones end with 1, and tell which', async () => {
  const slower = writeJtl('slower.jtl', { seed: 3, slower: 1.3 });
  const failing = writeJtl('failing.jtl', { seed: 4, errors: 0.05 });
  const slow = await run('judge', '--baseline', BASELINE, '--canary', slower);
  assert.equal(slow.code, 1, slow.stdout);
  assert.match(slow.stdout, /✖ slow requests [^]*✖ latency p50 [^]*✔ errors /);
  const failed = await run('judge', '--baseline', BASELINE, '--canary', failing);
  assert.equal(failed.code, 1, failed.stdout);
  assert.match(failed.stdout, /✖ errors [^]*✔ latency p50 /);
});

test('a config says more: its own quantiles, counts out of the requests, a judge; replay reads the same', async () => {
  const canary = writeJtl('slower.jtl', { seed: 3, slower: 1.3 });
  const inline = { source: 'inline' };
  writeFileSync(
    join(directory.path, 'config.json'),
    JSON.stringify({
      name: 'load',
      judge: 'NetflixACAJudge-v1.0',
      metrics: [
        { name: 'latency p90', query: inline, direction: 'increase' },
        { name: 'errors', kind: 'count', query: inline, exposure: inline, direction: 'increase' },
      ],
    }),
  );
  const files = [
    '--config',
    'config.json',
    '--baseline',
    BASELINE,
    '--canary',
    canary,
    '--step',
    '10s',
  ];
  const judged = await run('judge', ...files, '--json');
  const { metrics } = JSON.parse(judged.stdout) as {
    metrics: { metric: string; classification: string; canary: { count: number; mean: number } }[];
  };
  assert.deepEqual(
    metrics.map(({ metric, classification }) => [metric, classification]),
    [
      ['latency p90', 'High'],
      ['errors', 'Pass'],
    ],
  );
  // a share of the requests, in thirty steps but for the first and the last
  assert.ok(metrics[1]!.canary.mean < 0.05 && metrics[1]!.canary.count === 28);
  const replayed = await run('replay', ...files);
  assert.match(replayed.stdout, /latency p90: High/);
});

test('the ramp-up and what is longer than asked are left out on both sides', async () => {
  const canary = writeJtl('cold.jtl', { seed: 5, warmUp: 8, seconds: 420 });
  const files = ['judge', '--baseline', BASELINE, '--canary', canary];
  const whole = await run(...files, '--step', '1s');
  assert.match(whole.stderr, /baseline has 4m58s of load, the canary 6m58s: .* with --for/);
  assert.notEqual(whole.code, 0);
  const cut = await run(...files, '--step', '1s', '--ramp-up', '20s', '--for', '4m');
  assert.equal(cut.code, 0, cut.stdout);
  assert.doesNotMatch(cut.stderr, /of load/);
});

test('exports of dashboards whose columns are called otherwise on each side', async () => {
  const write = (name: string, column: string) => {
    const rows = Array.from(
      { length: 30 },
      (_, i) => `2026-01-15 10:${10 + i}:00;${400 + ((i * 7) % 9)},5 ms`,
    );
    writeFileSync(join(directory.path, name), [`Time;${column}`, ...rows].join('\n'));
    return name;
  };
  writeFileSync(
    join(directory.path, 'one.json'),
    JSON.stringify({
      name: 'one',
      metrics: [{ name: 'p95', query: { source: 'inline' }, unit: 'ms' }],
    }),
  );
  const files = ['--baseline', write('v1.csv', 'p95 v41'), '--canary', write('v2.csv', 'p95 v42')];
  const columns = ['--column', 'p95=p95 v41', '--column', 'p95=p95 v42', '--zone', 'Europe/Berlin'];
  const judged = await run('judge', '--config', 'one.json', ...files, ...columns);
  assert.match(judged.stdout, /p95 +404\.5 ms/);
  const missing = await run(
    'judge',
    '--config',
    'one.json',
    ...files,
    '--column',
    'p95=p99',
    '--zone',
    'UTC',
  );
  assert.equal(missing.code, 3);
  assert.match(
    missing.stderr,
    /baseline ".*" has no column "p99" for --column p95; it has "p95 v41"/,
  );
  const bare = await run('judge', ...files, '--zone', 'UTC');
  assert.match(
    bare.stderr,
    /--config is needed for series: nothing says which change of p95 v42 is bad/,
  );
});

test('summaries without times: one is refused with what to do, ten of each side are judged', async () => {
  const write = (name: string, ms: number) => {
    writeFileSync(
      join(directory.path, name),
      `Running 10s test @ http://x/\n  Latency Distribution\n     50%   ${ms}ms\n     99%   ${ms * 3}ms\n  20000 requests in 10.00s, 2.82MB read\n  Non-2xx or 3xx responses: ${200 + Math.round(ms)}\n`,
    );
    return name;
  };
  const args = Array.from({ length: 10 }, (_, i) => [
    '--baseline',
    write(`a${i}.txt`, 40 + i / 10),
    '--canary',
    write(`b${i}.txt`, 60 + ((i * 3) % 10) / 10),
  ]);
  const one = await run('judge', ...args[0]!);
  assert.equal(one.code, 3);
  assert.match(
    one.stderr,
    /"a0.txt" is a summary without times, .* at least 10 times, in turns, and give all/,
  );
  const all = await run('judge', ...args.flat());
  assert.match(all.stdout, /✖ latency p50 /);
});

for (const [name, args, message] of [
  [
    'a load test beside a table',
    ['--canary', 'table.csv'],
    /one side is a load test and the other is a table/,
  ],
  [
    'a step that is too fine',
    ['--canary', 'old.jtl', '--step', '1500ms'],
    /--step 1s500ms must be a multiple of 1s/,
  ],
  ['a limit without its unit', ['--canary', 'old.jtl', '--slow', '100'], /did you mean 100ms\?/],
  [
    'a format that nobody knows',
    ['--canary', 'old.jtl', '--format', 'jmx'],
    /there is no format "jmx": use one of jmeter-csv/,
  ],
  [
    'a zone that nobody knows',
    ['--canary', 'old.jtl', '--zone', 'Mars'],
    /--zone got "Mars", where UTC/,
  ],
  [
    'several files with times',
    ['--canary', 'old.jtl', '--canary', 'old.jtl'],
    /canary has 2 files; several files of a side are for summaries/,
  ],
] as const) {
  test(`${name} ends with 3`, async () => {
    writeFileSync(join(directory.path, 'table.csv'), 'time,a\n1,2\n2,3\n');
    const { code, stderr } = await run('judge', '--baseline', BASELINE, ...args);
    assert.equal(code, 3);
    assert.match(stderr, message);
  });
}

test('help and page name every format', () => {
  const page = readFileSync(new URL('../../docs/reference/cli.md', import.meta.url), 'utf8');
  for (const name of FORMAT_NAMES) {
    assert.match(FILE_HELP, new RegExp(`\\b${name}\\b`));
    assert.ok(page.includes(`\`${name}\``), name);
  }
});
