// One history in Prometheus, asked for at several steps: the verdict is that of the service, not of the step.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealthyRun } from '../../src/judges/judge.ts';
import { createJudges } from '../../src/judges/registry.ts';
import type { Verdict } from '../../src/model/judgement/judgement.ts';
import { parseConfig } from '../../src/model/native-format.ts';
import { createRandom } from '../support/sequential-input.ts';

const SCRAPE_SECONDS = 15;
/** Scrapes in a window of `rate(...[1m])`. */
const WINDOW = 4;
const STEPS = [15, 30, 60, 120];
const HOUR = 3600 / SCRAPE_SECONDS;

const random = createRandom(77);

/** What was counted between two scrapes, wandering a little; from the middle on `factor` times as much. */
function drawScrapes(hours: number, factor = 1): number[] {
  const length = hours * HOUR;
  let wander = random.normal();
  return Array.from({ length }, (_, i) => {
    wander = 0.5 * wander + Math.sqrt(0.75) * random.normal();
    return 100 * (i < length / 2 ? 1 : factor) * Math.exp(0.1 * wander);
  });
}

/** A range query of `rate(...[1m])`: at each step the mean of the last minute. */
function rangeQuery(scrapes: readonly number[], stepSeconds: number): number[] {
  const stride = stepSeconds / SCRAPE_SECONDS;
  const count = Math.floor((scrapes.length - WINDOW) / stride) + 1;
  return Array.from({ length: count }, (_, k) => {
    const window = scrapes.slice(k * stride, k * stride + WINDOW);
    return window.reduce((sum, value) => sum + value, 0) / WINDOW;
  });
}

interface Recorded {
  baseline: number[];
  canary: number[];
}

function record(hours: number, factor = 1): Recorded {
  return { baseline: drawScrapes(hours), canary: drawScrapes(hours, factor) };
}

function verdicts(judge: string, run: Recorded, earlier: readonly Recorded[] = []): Verdict[] {
  const metric = {
    name: 'load',
    query: { source: 'inline' as const },
    direction: 'increase' as const,
  };
  const config = parseConfig({ name: 'load', judge, metrics: [metric] });
  return STEPS.map((step) => {
    const asked = ({ baseline, canary }: Recorded): HealthyRun => {
      return { baseline: rangeQuery(baseline, step), canary: rangeQuery(canary, step) };
    };
    const side = (values: number[]) => ({
      startAt: 0,
      stepMs: 1000 * step,
      attributes: {},
      values,
    });
    const { baseline, canary } = asked(run);
    const sides = { baseline: side([...baseline]), canary: side([...canary]) };
    return createJudges()
      .for(config)
      .judge({
        config,
        thresholds: config.thresholds,
        pairs: [{ id: '0', metric: 'load', tags: {}, ...sides }],
        history: { load: earlier.map(asked) },
      }).verdict;
  });
}

const earlier = [record(4), record(4), record(4)];
const healthy = record(4);
const faulty = record(4, 1.5);
const longFaulty = record(8, 1.5);

test('the sequential judge with history: a fault in the second half fails at every step, none fails without', () => {
  assert.deepEqual(
    verdicts('SequentialJudge-v1.0', faulty, earlier),
    STEPS.map(() => 'fail'),
  );
  assert.deepEqual(
    verdicts('SequentialJudge-v1.0', healthy, earlier),
    STEPS.map(() => 'pass'),
  );
});

test('the sequential judge without history: a fault that fails at one step passes at none', () => {
  for (const [hours, factor] of [
    [2, 1.25],
    [2, 1.5],
    [4, 1.25],
  ] as const) {
    for (let round = 0; round < 4; round++) {
      const found = verdicts('SequentialJudge-v1.0', record(hours, factor));
      const isTorn = found.includes('fail') && found.includes('pass');
      assert.ok(!isTorn, `${hours} h, ${factor} times: ${found.join(', ')}`);
    }
  }
});

test('the sequential judge with history: of one hour too, where the longest step leaves thirty samples', () => {
  for (const factor of [1.25, 1.5]) {
    for (let round = 0; round < 4; round++) {
      const found = verdicts('SequentialJudge-v1.0', record(1, factor), [
        record(1),
        record(1),
        record(1),
      ]);
      assert.ok(
        found.includes('fail') && !found.includes('pass'),
        `${factor} times: ${found.join(', ')}`,
      );
    }
  }
});

test('an hour without a fault passes at every step, with history and without', () => {
  const all = STEPS.map(() => 'pass');
  assert.deepEqual(verdicts('SequentialJudge-v1.0', record(1)), all);
  assert.deepEqual(verdicts('SequentialJudge-v1.0', record(1), [record(1), record(1)]), all);
});

for (const judge of ['MannWhitneyJudge-v2.0', 'NetflixACAJudge-v1.0']) {
  test(`${judge}: over eight hours a fault in the second half fails at every step`, () => {
    assert.deepEqual(
      verdicts(judge, longFaulty),
      STEPS.map(() => 'fail'),
    );
    assert.deepEqual(
      verdicts(judge, healthy),
      STEPS.map(() => 'pass'),
    );
  });
}

// the documented limit: ranks need more values than some steps of a short run give
test('MannWhitneyJudge-v2.0: over three hours it may depend on the step whether a fault is found', () => {
  const runs = Array.from({ length: 6 }, () => verdicts('MannWhitneyJudge-v2.0', record(3, 1.5)));
  assert.ok(runs.some((found) => found.includes('fail') && found.includes('pass')));
});
