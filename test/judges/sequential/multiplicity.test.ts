import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { createAdjustment, type Candidate } from '../../../src/judges/sequential/multiplicity.ts';
import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import { replaySequential } from '../../../src/judges/sequential/replay.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
  type Random,
} from '../../support/sequential-input.ts';

const ALPHA = 0.05;

/** A metric whose ln E went through these values, one a sample. */
function candidate(logs: readonly number[], share: number, critical = false): Candidate {
  let highest = 0;
  return {
    critical,
    share,
    path: logs.map((value) => (highest = Math.max(highest, value))),
    present: logs.map((value) => (value > 0 ? value : -Infinity)),
  };
}

const close = (actual: readonly number[], expected: readonly number[]) => {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, k) => assert.ok(Math.abs(value - expected[k]!) < 1e-12, `${k}: ${value}`));
};

test('a metric outside the family keeps its own p-value and costs nobody anything', () => {
  const p = [0.01, 0.04, 0.02];
  const members = p.map((value, k) => candidate([-Math.log(value)], [0.5, 0.5, 0][k]!));
  close(createAdjustment(members, 'holm')(1), [0.02, 0.04, 0.02]);
  close(createAdjustment(members, 'fdr')(1), [0.02, 0.04, 0.02]);
});

test('fdr leaves critical metrics to Holm with their part of alpha', () => {
  const members = [
    candidate([Math.log(100)], 0.25, true),
    candidate([Math.log(30)], 0.25, true),
    candidate([Math.log(60)], 0.25),
    candidate([Math.log(50)], 0.25),
  ];
  close(createAdjustment(members, 'fdr')(1), [0.04, 1 / 15, 0.04, 0.04]);
});

test('one metric alone is judged the same by both', () => {
  for (const critical of [true, false]) {
    const alone = [candidate([1, 4, 2], 1, critical)];
    for (const n of [1, 2, 3, 9]) {
      close(createAdjustment(alone, 'fdr')(n), createAdjustment(alone, 'holm')(n));
    }
  }
});

test('what was failed stays failed, and evidence that never met does not add up', () => {
  const together = [candidate([0, 3.2, 0], 0.5), candidate([0, 3.2, 0], 0.5)];
  const apart = [candidate([0, 3.2, 0], 0.5), candidate([0, 0, 3.2], 0.5)];
  const after = (members: Candidate[], n: number) =>
    createAdjustment(members, 'fdr')(n).map((p) => p <= ALPHA);
  assert.deepEqual(after(together, 1), [false, false]);
  assert.deepEqual(after(together, 2), [true, true]);
  assert.deepEqual(after(together, 3), [true, true]);
  assert.deepEqual(after(apart, 3), [false, false]);
});

test('adjusted p-values never rise with time, nor with more evidence, and no order counts', () => {
  const logs = fc.array(fc.double({ min: -3, max: 9, noNaN: true }), {
    minLength: 1,
    maxLength: 6,
  });
  const member = fc.record({
    logs,
    weight: fc.integer({ min: 0, max: 4 }),
    critical: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(member, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('holm' as const, 'fdr' as const),
      (members, multiplicity) => {
        const total = members.reduce((sum, { weight }) => sum + weight, 0) || 1;
        const family = members.map((one) => candidate(one.logs, one.weight / total, one.critical));
        const adjustment = createAdjustment(family, multiplicity);
        let before = family.map(() => 1);
        for (const n of [1, 2, 3, 4, 5, 6, Infinity]) {
          const now = adjustment(n);
          now.forEach((p, k) => assert.ok(p >= 0 && p <= before[k]! + 1e-12));
          before = now;
        }
        close(createAdjustment(family.toReversed(), multiplicity)(Infinity).toReversed(), before);
      },
    ),
  );
});

const LENGTH = 60;
const EFFECT = 0.7;

/** Exact e-processes: likelihood ratios of normal values whose mean is 0, or EFFECT for the bad ones. */
function family(random: Random, size: number, bad: number): Candidate[] {
  return Array.from({ length: size }, (_, k) => {
    let logE = 0;
    const logs = Array.from({ length: LENGTH }, () => {
      const value = random.normal() + (k < bad ? EFFECT : 0);
      return (logE += EFFECT * value - (EFFECT * EFFECT) / 2);
    });
    return candidate(logs, 1 / size);
  });
}

function failedOf(members: Candidate[], multiplicity: 'holm' | 'fdr', samples = LENGTH): boolean[] {
  return createAdjustment(members, multiplicity)(samples).map((p) => p <= ALPHA);
}

test('of a hundred healthy metrics hardly ever one is failed, in the whole run', () => {
  const random = createRandom(5);
  const RUNS = 200;
  const wrong = Array.from({ length: RUNS }, () => family(random, 100, 0)).filter((members) =>
    failedOf(members, 'fdr').includes(true),
  );
  assert.ok(wrong.length / RUNS <= ALPHA, `${wrong.length} of ${RUNS}`);
});

test('twenty bad metrics of a hundred are found earlier than by Holm, with few wrong ones', () => {
  const random = createRandom(6);
  let [falseShare, found, foundByHolm] = [0, 0, 0];
  const RUNS = 40;
  for (let run = 0; run < RUNS; run++) {
    const members = family(random, 100, 20);
    const end = failedOf(members, 'fdr');
    const wrong = end.slice(20).filter(Boolean).length;
    falseShare += wrong / Math.max(1, end.filter(Boolean).length) / RUNS;
    const early = (multiplicity: 'holm' | 'fdr') =>
      failedOf(members, multiplicity, 24).slice(0, 20).filter(Boolean).length / RUNS;
    found += early('fdr');
    foundByHolm += early('holm');
  }
  assert.ok(falseShare <= ALPHA, `false discoveries ${falseShare}`);
  assert.ok(found > foundByHolm + 4, `${found} against ${foundByHolm} of 20 after 24 samples`);
});

function canary(bad: number, size = 100) {
  const random = createRandom(9);
  const names = Array.from({ length: size }, (_, k) => `m${k}`);
  const pairs = names.map((name, k) => {
    const baseline = latencies(random, 30);
    const values = latencies(random, 30).map((value) => (k < bad ? value * 1.18 : value));
    return pairOf(name, { baseline, canary: values });
  });
  return inputOf(
    names.map((name) => metricConfig(name)),
    pairs,
  );
}

test('the judge says which rate it keeps, and fails more of the bad ones', () => {
  const options = { preset: 'white' } as const;
  const failedBy = (multiplicity: 'holm' | 'fdr', bad: number) => {
    const { metrics, reason } = createSequentialJudge({ ...options, multiplicity }).judge(
      canary(bad),
    );
    assert.equal(reason.includes('false discovery rate (e-BH)'), multiplicity === 'fdr');
    return metrics.filter(({ classification }) => classification === 'High');
  };
  assert.deepEqual(failedBy('fdr', 0), []);
  const [rate, any] = [failedBy('fdr', 20), failedBy('holm', 20)];
  assert.ok(rate.length > any.length, `${rate.length} against ${any.length}`);
  for (const metric of any) assert.ok(rate.some(({ pairId }) => pairId === metric.pairId));
});

test('a replay fails each metric at the first look after the sample that did it', () => {
  const { metrics } = replaySequential(canary(5, 20), {
    preset: 'white',
    multiplicity: 'fdr',
    lookEvery: 1,
  });
  const failed = metrics.filter(({ classification }) => classification === 'High');
  assert.ok(failed.length > 0);
  for (const { decidedAt } of failed) assert.ok(decidedAt! >= 5 && decidedAt! <= 30);
});
