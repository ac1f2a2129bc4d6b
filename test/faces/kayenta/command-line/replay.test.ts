import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Replay } from '../../../../src/model/replay.ts';
import { runCanary } from '../../../support/canary.ts';
import { createRandom, latencies } from '../../../support/sequential-input.ts';
import { writeExample } from '../../../cli/example-files.ts';

type Answer = {
  case: unknown;
  threw?: string;
  findings: { code: string; action: string }[];
} & Omit<Replay, 'looks' | 'judgement'>;
interface Case {
  case?: unknown;
  judge?: { name?: string; judgeConfigurations?: object };
  canary?: object;
  experiment: (number | string)[];
  control?: (number | string)[];
  history?: unknown;
}

const random = createRandom(11);
const CONTROL = latencies(random, 90);
const HEALTHY = latencies(random, 90);
const HISTORY = {
  latency: [{ experiment: latencies(random, 240), control: latencies(random, 240) }],
};
const SEQUENTIAL = { name: 'SequentialJudge-v1.0' };

function lineOf({ judge = SEQUENTIAL, canary = {}, control = CONTROL, ...rest }: Case): string {
  const { experiment, history } = rest;
  return JSON.stringify({
    case: rest.case ?? 1,
    config: {
      judge,
      metrics: [{ name: 'latency', groups: ['g'], analysisConfigurations: { canary } }],
      classifier: { groupWeights: { g: 100 } },
    },
    thresholds: { pass: 75, marginal: 50 },
    pairs: [{ name: 'latency', id: '1', values: { experiment, control } }],
    ...(history === undefined ? {} : { history }),
  });
}

async function replay(lines: string[], ...options: string[]): Promise<Answer[]> {
  const run = await runCanary(['replay', '--batch', '-', ...options], { stdin: lines.join('\n') });
  assert.deepEqual([run.code, run.stderr], [0, '']);
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

test('each line is answered with when it was decided and with what', async () => {
  const worse = HEALTHY.map((value) => value * 1.5);
  const [slow, fine, unsure] = await replay([
    lineOf({ case: 'slow', experiment: worse, canary: { critical: true }, history: HISTORY }),
    lineOf({ case: 'fine', experiment: HEALTHY, history: HISTORY }),
    lineOf({ case: ['any'], experiment: HEALTHY.slice(0, 12), control: CONTROL.slice(0, 12) }),
  ]);
  assert.deepEqual([slow!.case, slow!.verdict], ['slow', 'fail']);
  assert.ok(slow!.decidedAt! <= 20 && slow!.decidedAt! % 5 === 0);
  const [metric] = slow!.metrics;
  assert.deepEqual(Object.keys(metric!).sort(), [
    'classification',
    'decidedAt',
    'eValue',
    'estimate',
    'interval',
    'name',
  ]);
  assert.equal(metric!.classification, 'High');
  assert.equal(metric!.decidedAt, slow!.decidedAt);
  assert.ok(metric!.eValue! >= 20);
  assert.ok(metric!.interval!.lower > 1 && metric!.interval!.lower < metric!.estimate!);
  assert.deepEqual([fine!.verdict, fine!.metrics[0]!.decidedAt], ['pass', null]);
  assert.equal(fine!.decidedAt, null);
  assert.deepEqual([unsure!.case, unsure!.decidedAt], [['any'], null]);
});

test('the command line chooses the pace, the judge and its options over the config', async () => {
  const line = lineOf({ experiment: HEALTHY.map((value) => value * 1.5) });
  const [atFive] = await replay([line]);
  const [atSeven] = await replay([line], '--look-every', '7');
  assert.equal(atSeven!.decidedAt! % 7, 0);
  assert.equal(Math.ceil(atSeven!.decidedAt! / 7) >= Math.ceil(atFive!.decidedAt! / 7) - 1, true);
  const [careful] = await replay([line], '--alpha', '1e-9', '--judge-option', 'onUndecided=fail');
  assert.ok((careful!.decidedAt ?? 90) > atFive!.decidedAt!);
  const [netflix] = await replay([line], '--judge', 'NetflixACAJudge-v1.0');
  assert.equal(netflix!.verdict, 'fail');
  assert.equal(netflix!.metrics[0]!.eValue, null);
  assert.equal(netflix!.metrics[0]!.decidedAt, netflix!.decidedAt);
  assert.ok(netflix!.metrics[0]!.interval!.lower > 1);
});

test("options come from Kayenta's judgeConfigurations too, and nonsense is refused", async () => {
  const given = (judgeConfigurations: object) =>
    lineOf({ judge: { ...SEQUENTIAL, judgeConfigurations }, experiment: HEALTHY });
  const answers = await replay([
    given({ onUndecided: 'pass', restartEvery: 0 }),
    given({ alpha: '0.05' }),
    given({ preset: 'best' }),
    lineOf({ judge: { name: 'NoJudge' }, experiment: HEALTHY }),
  ]);
  assert.equal(answers[0]!.threw, undefined);
  assert.deepEqual(
    answers.slice(1).map(({ threw }) => threw!.split(':').slice(0, 2).join(':')),
    [
      `bad-configuration: the judge's option "alpha" must be a number`,
      `bad-configuration: the judge's option "preset" must be one of white, auto, robust, wandering`,
      'unknown-judge: there is no judge "NoJudge"',
    ],
  );
});

test('gaps, emptiness and unbounded ends are answered as null, never as NaN', async () => {
  const [gaps, empty, short] = await replay([
    lineOf({ experiment: HEALTHY.map((value, i) => (i % 3 === 0 ? 'NaN' : value)) }),
    lineOf({ experiment: [], control: [] }),
    lineOf({ experiment: [1, 0, 3], control: [2, 1, 0] }),
  ]);
  assert.ok(gaps!.metrics[0]!.interval!.upper > gaps!.metrics[0]!.interval!.lower);
  assert.deepEqual([empty!.verdict, empty!.decidedAt], ['nodata', null]);
  assert.deepEqual(empty!.metrics, [
    {
      name: 'latency',
      classification: 'Nodata',
      decidedAt: null,
      eValue: 1,
      estimate: null,
      interval: null,
    },
  ]);
  assert.deepEqual(short!.metrics[0]!.interval, { lower: null, upper: null });
});

test('a native config judges counts out of their exposures', async () => {
  const counts = (rate: number) =>
    Array.from({ length: 60 }, () => rate + (random.normal() > 0 ? 1 : 0));
  const run = (events: number, requests: number) =>
    JSON.stringify({
      config: {
        name: 'errors',
        judge: 'SequentialJudge-v1.0',
        metrics: [
          { name: 'errors', kind: 'count', query: { source: 'inline' }, direction: 'increase' },
        ],
      },
      pairs: [
        { name: 'errors', id: 'e', values: { experiment: counts(events), control: counts(30) } },
      ],
      exposures: {
        errors: { experiment: Array(60).fill(requests), control: Array(60).fill(3000) },
      },
    });
  const [same, worse] = await replay([run(60, 6000), run(60, 3000)]);
  assert.deepEqual(same!.metrics[0]!.classification, 'Pass');
  assert.deepEqual(worse!.metrics[0]!.classification, 'High');
  assert.ok(Math.abs(worse!.metrics[0]!.estimate! - 2) < 0.1);
});

test('a canary that goes silent holds under a native config, and is told under another', async () => {
  const silent = HEALTHY.map((value, i) => (i < 30 ? value : 'NaN'));
  const foreign = lineOf({ experiment: silent });
  const metrics = [{ name: 'latency', query: { source: 'inline' }, direction: 'increase' }];
  const own = { ...(JSON.parse(foreign) as object), config: { name: 'native', metrics } };
  const [held, told] = await replay([JSON.stringify(own), foreign]);
  assert.equal(held!.verdict, 'nodata');
  assert.deepEqual(
    [held, told].map((answer) => answer!.findings[0]),
    ['hold', 'warn'].map((action) => {
      return { code: 'silent-side', action, metric: 'latency', side: 'canary' };
    }),
  );
  assert.notEqual(told!.verdict, 'nodata');
});

test('an estimate of the rank judge lies within its interval', async () => {
  // one value that outweighs all others: means and ranks say different things
  const experiment = HEALTHY.map((value, i) => (i === 3 ? value * 1000 : value));
  const judge = { name: 'MannWhitneyJudge-v2.0' };
  const [{ metrics } = { metrics: [] }] = await replay([lineOf({ judge, experiment })]);
  const { estimate, interval } = metrics[0]!;
  assert.ok(interval!.lower <= estimate! && estimate! <= interval!.upper);
});

test('a line that cannot be replayed says why, and the others go on', async () => {
  const good = lineOf({ case: 'good', experiment: HEALTHY });
  const answers = await replay([
    'no JSON',
    '{"case":2}',
    lineOf({ case: 3, experiment: HEALTHY, history: { latency: {} } }),
    lineOf({
      case: 4,
      experiment: HEALTHY,
      history: { latency: [{ experiment: ['x'], control: [] }] },
    }),
    good,
  ]);
  assert.deepEqual(
    answers.map((answer) => answer.threw?.split(':')[0]),
    ['invalid-request', 'invalid-config', 'invalid-request', 'invalid-request', undefined],
  );
  assert.equal(
    answers[3]!.threw,
    'invalid-request: history["latency"][0].experiment must be a list of numbers',
  );
});

test('two files are replayed to a timeline, with the exit code of the verdict', async () => {
  using example = writeExample();
  const args = (canary: string) => ['replay', ...example.judgeArgs(canary).slice(1)];
  const worse = await runCanary(args('worse.csv'), { cwd: example.path });
  assert.equal(worse.code, 1);
  assert.match(
    worse.stdout,
    /^✖ FAIL after 15 samples\n {2}SAMPLES {2}SCORE {2}errors {2}latency\n/,
  );
  assert.match(worse.stdout, /\n {7}15 {5}60 {2}\w+ +High\n/);
  const same = await runCanary([...args('same.csv'), '--judge', SEQUENTIAL.name], {
    cwd: example.path,
  });
  assert.equal(same.code, 0);
});

for (const [args, message] of [
  [[], '--baseline and --canary are needed, or --config and --analysis'],
  [
    ['--batch', '-', '--config', 'x'],
    '--batch takes no files, and no --output: its lines hold everything',
  ],
  [
    ['--batch', '-', '--look-every', '0'],
    '--look-every got "0", where a whole number from 1 on is needed',
  ],
  [['--batch', '-', '--judge-option', 'alpah=0.1'], '  /alpah: '],
  [['--batch', '-', '--alpha', 'low'], '  /alpha: must be'],
  [['--batch', '-', '--judge-option', 'x'], '--judge-option got "x", where NAME=VALUE is needed'],
] as const) {
  test(`wrong usage ends with 3: ${message}`, async () => {
    const { code, stdout, stderr } = await runCanary(['replay', ...args]);
    assert.deepEqual([code, stdout], [3, '']);
    assert.ok(stderr.includes(message), stderr);
  });
}
