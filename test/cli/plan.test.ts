import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { renderCalibration } from '../../src/cli/calibrate.ts';
import { renderPlan } from '../../src/cli/plan.ts';
import type { components } from '../../src/openapi.d.ts';
import { runCanary } from '../support/canary.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { writeExample } from './example-files.ts';

let api: TestService;
const example = writeExample();
before(async () => {
  api = await startTestService();
});
after(async () => {
  await api.close();
  example[Symbol.dispose]();
});
const run = (...args: string[]) =>
  runCanary(args, { cwd: example.path, env: { CANARY_URL: api.url } });

test('a plan for a config in a file, as JSON, without history', async () => {
  const { code, stdout } = await run('plan', '--config', './config.json', '--json');
  const plan = JSON.parse(stdout) as components['schemas']['Plan'];
  assert.deepEqual([code, plan.config, plan.metrics.length], [0, 'checkout', 2]);
  assert.ok(plan.metrics.every(({ reason, changes }) => reason && changes === undefined));
});

test('what cannot be answered ends with 3 and says why', async () => {
  const young = await run('calibrate', '--config', './config.json');
  assert.deepEqual([young.code, young.stdout], [3, '']);
  assert.match(young.stderr, /409: config "checkout" has 0 healthy analyses/);
  const unknown = await run('plan', '--config', 'ghost');
  assert.deepEqual([unknown.code, unknown.stdout], [3, '']);
  assert.match(unknown.stderr, /there is no config "ghost"/);
  for (const args of [
    ['plan'],
    ['calibrate'],
    ['plan', '--config', 'x', '--change', 'much'],
    ['plan', '--config', 'x', '--history', './config.json'],
    ['calibrate', '--config', 'x', '--limit', '0'],
  ]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 3, args.join(' '));
    assert.match(stderr, /is needed|is no list of pairs/);
  }
});

test('a server that is none is named', async () => {
  const { code, stderr } = await run('plan', '--config', 'x', '--server', `${api.url}/analyses`);
  assert.equal(code, 3);
  assert.match(stderr, /refused the plan with 40[45]/);
});

test('the table of a plan', () => {
  const common = { alpha: 0.025, series: 1, historyRuns: 3, historySamples: 180 };
  const text = renderPlan({
    config: 'checkout',
    judge: 'SequentialJudge-v1.0',
    alpha: 0.05,
    alphaPass: 0.05,
    power: 0.8,
    learnedFrom: ['1', '2', '3'],
    metrics: [
      {
        ...common,
        metric: 'latency',
        step: '1m',
        scale: 'log',
        changes: [
          { change: 0.05, tolerated: true },
          { change: 0.1, tolerated: false, samples: 1521, time: '1d1h21m', medianTime: '45m' },
          { change: 0.25, tolerated: false },
        ],
        durations: [
          { duration: '1h', samples: 60, change: 0.081 },
          { duration: '1m', samples: 1 },
        ],
        pass: { samples: 41, time: '41m', medianSamples: 30, medianTime: '30m' },
      },
      { ...common, metric: 'errors', reason: 'no history of "errors": 11 samples are needed' },
    ],
  });
  assert.equal(
    text,
    `checkout: SequentialJudge-v1.0, alpha 5 %, 3 healthy analyses
  time to find a change in 80 % of runs, in brackets in half of them
  METRIC   ALPHA  +5 %       +10 %       +25 %  IN 1h   IN 1m    PASS
  latency  2.5 %  tolerated  1d1h (45m)  never  +8.1 %  nothing  41m (30m)
  ! no history of "errors": 11 samples are needed
`,
  );
});

test('the table of a calibration', () => {
  const rate = { failed: 1, share: 0.05, lower: 0.001, upper: 0.249 };
  const text = renderCalibration({
    config: 'checkout',
    pairing: 'halves',
    learnedFrom: ['1', '2'],
    leftOut: 0,
    step: '1m',
    samples: 60,
    lookEvery: 5,
    pairings: 20,
    possiblePairings: 20,
    independentPairings: 20,
    judges: [
      {
        judge: 'NetflixACAJudge-v1.0',
        end: { failed: 0, share: 0, lower: 0, upper: 0.168 },
        peeking: rate,
        metrics: [{ metric: 'latency', end: rate, peeking: rate }],
      },
      { judge: 'ThresholdJudge-v1.0', skipped: 'no criteria' },
    ],
    notes: ['a note'],
  });
  assert.equal(
    text,
    `checkout: 20 baselines in two halves from 2 healthy analyses, 60 samples of 1m each
  share of healthy canaries that would have failed, with its 95 % interval
  JUDGE                 ONE LOOK AT THE END  LOOKS ON THE WAY
  NetflixACAJudge-v1.0  0 % [0 %, 16.8 %]    5 % [0.1 %, 24.9 %]
    latency             5 % [0.1 %, 24.9 %]  5 % [0.1 %, 24.9 %]
  ! ThresholdJudge-v1.0: no criteria
  ! a note
`,
  );
});
