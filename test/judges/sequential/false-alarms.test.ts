import assert from 'node:assert/strict';
import { test } from 'node:test';

import { claimsOf } from '../../../src/judges/sequential/evidence/claims.ts';
import { createMetricRun } from '../../../src/judges/sequential/data/metric-run.ts';
import { SEQUENTIAL_DEFAULTS } from '../../../src/judges/sequential/options.ts';
import {
  createRandom,
  latencies,
  metricConfig,
  ratioEffect,
  type Random,
} from '../../support/sequential-input.ts';

const RUNS = 200;
const LENGTH = 240;

/**
 * Most false alarms that 200 healthy runs may show when the true rate is at most 5 %: 20 or more have
 * probability 0.0027. The true rates are near 1 to 3 %.
 */
const MOST = 19;

test('healthy canaries looked at every minute are failed in at most 5 % of runs', () => {
  for (const rho of [0, 0.5]) {
    const alarms = countAlarms(createRandom(20_240 + rho * 10), rho, 1);
    assert.ok(alarms <= MOST, `${alarms} false alarms in ${RUNS} runs at rho ${rho}`);
  }
});

test('the same look finds a canary that is 25 % slower in nearly every run', () => {
  const found = countAlarms(createRandom(77), 0.5, 1.25, 60);
  assert.ok(found >= 54, `${found} of 60 found`);
});

function countAlarms(random: Random, rho: number, factor: number, runs = RUNS): number {
  const metric = metricConfig('latency', { direction: 'either', effect: ratioEffect(1) });
  const claims = claimsOf(metric, SEQUENTIAL_DEFAULTS.margin, 'continuous');
  let alarms = 0;
  for (let i = 0; i < runs; i++) {
    const history = [
      { baseline: latencies(random, 240, rho), canary: latencies(random, 240, rho) },
    ];
    const plan = {
      claims,
      kind: 'continuous' as const,
      history,
      plannedSamples: LENGTH,
      comparable: true,
    };
    const run = createMetricRun(plan, SEQUENTIAL_DEFAULTS);
    const [baseline, canary] = [latencies(random, LENGTH, rho), latencies(random, LENGTH, rho)];
    canary.forEach((value, t) =>
      run.observe({
        canary: value * factor,
        baseline: baseline[t]!,
        canaryExposure: 1,
        baselineExposure: 1,
      }),
    );
    if (run.state().path.at(-1)! >= -Math.log(SEQUENTIAL_DEFAULTS.alpha)) alarms++;
  }
  return alarms;
}
