// One object for verdict and interval (V7), and what a judgement must not depend on.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import type { HealthyRun } from '../../../src/judges/judge.ts';
import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import type { SequentialMetricJudgement } from '../../../src/judges/sequential/judgement.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
  ratioEffect,
} from '../../support/sequential-input.ts';
import { assertClose } from '../../support/vectors.ts';

const judge = createSequentialJudge();
const TOLERANCE = 1.05;

interface World {
  seed: number;
  factor: number;
  onset: number;
  rho: number;
  zeros: boolean;
  hold: number;
  runs: number;
}

const worlds = fc.record({
  seed: fc.nat(1000),
  factor: fc.constantFrom(0.5, 0.8, 1, 1.02, 1.1, 1.3, 2),
  onset: fc.constantFrom(0, 0, 40, 70),
  rho: fc.constantFrom(0, 0.5, 0.9),
  zeros: fc.boolean(),
  hold: fc.constantFrom(1, 1, 3),
  runs: fc.nat(2),
});

function draw({ seed, factor, onset, rho, zeros, hold, runs }: World) {
  const random = createRandom(seed);
  const held = (values: number[]) => values.map((_, i) => values[i - (i % hold)]!);
  const baseline = held(latencies(random, 100, rho));
  const canary = held(latencies(random, 100, rho)).map((value, i) =>
    zeros && i === 9 ? 0 : value * (i < onset ? 1 : factor),
  );
  const history = Array.from({ length: runs }, () => ({
    baseline: held(latencies(random, 80, rho)),
    canary: held(latencies(random, 80, rho)),
  }));
  return { baseline, canary, history };
}

type Drawn = ReturnType<typeof draw>;

function inputFor(drawn: readonly Drawn[]) {
  const effect = ratioEffect(TOLERANCE);
  const names = drawn.map((_, k) => `m${k}`);
  const history = Object.fromEntries(
    names.map((name, k): [string, HealthyRun[]] => [name, drawn[k]!.history]),
  );
  const metrics = names.map((name) => metricConfig(name, { direction: 'either', effect }));
  return inputOf(
    metrics,
    names.map((name, k) => pairOf(name, drawn[k]!)),
    { history },
  );
}

function assertOneObject({ classification, sequential }: SequentialMetricJudgement): void {
  const { lower = -Infinity, upper = Infinity } = sequential.bounds ?? {};
  const isRejected = lower >= TOLERANCE || upper <= 1 / TOLERANCE;
  assert.equal(['High', 'Low'].includes(classification), isRejected, JSON.stringify(sequential));
  if (classification === 'High') assert.ok(lower >= TOLERANCE);
  if (classification === 'Low') assert.ok(upper <= 1 / TOLERANCE);
  if (isRejected) assert.ok(sequential.probabilityOfRegression > 0.5);
}

test('a metric fails exactly where its running bound lies beyond the tolerance', () => {
  fc.assert(
    fc.property(fc.array(worlds, { minLength: 1, maxLength: 3 }), (all) => {
      for (const metric of judge.judge(inputFor(all.map(draw))).metrics) assertOneObject(metric);
    }),
    { numRuns: 40 },
  );
});

test('the unit of a metric does not matter', () => {
  fc.assert(
    fc.property(worlds, fc.constantFrom(1e-6, 0.001, 1000), (world, unit) => {
      const drawn = draw(world);
      const scale = (values: number[]) => values.map((value) => value * unit);
      const scaleRun = (run: Pick<Drawn, 'baseline' | 'canary'>) => ({
        baseline: scale(run.baseline),
        canary: scale(run.canary),
      });
      const scaled = { ...scaleRun(drawn), history: drawn.history.map(scaleRun) };
      const [plain, other] = [drawn, scaled].map((one) => judge.judge(inputFor([one])).metrics[0]!);
      assert.equal(other!.classification, plain!.classification);
      assertClose(other!.sequential.logEMax, plain!.sequential.logEMax, 1e-5, 'evidence');
      assertClose(other!.sequential.estimate!, plain!.sequential.estimate!, 1e-5, 'estimate');
    }),
    { numRuns: 20 },
  );
});

test('the order of metrics does not matter', () => {
  fc.assert(
    fc.property(fc.array(worlds, { minLength: 2, maxLength: 3 }), (all) => {
      const input = inputFor(all.map(draw));
      const turned = { ...input, pairs: input.pairs.toReversed() };
      assert.deepEqual(judge.judge(turned).metrics.toReversed(), judge.judge(input).metrics);
    }),
    { numRuns: 6 },
  );
});
