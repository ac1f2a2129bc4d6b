import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { roundHalfUp, scoreMetrics, type ScoredMetric } from '../../../src/judges/score/score.ts';
import type { Classification } from '../../../src/model/judgement/judgement.ts';
import { isNear, readRecorded } from '../../support/kayenta-fixtures.ts';

interface RecordedScore {
  id: number;
  groupWeights: Record<string, number>;
  passThreshold: number;
  marginalThreshold: number;
  metrics: (Omit<ScoredMetric, 'classificationReason'> & { reason: string })[];
  expect: {
    score: number;
    classification: string;
    reason: string | null;
    groups: { name: string; score: number; noData: boolean }[];
  };
}

test("agrees with the original's scorer and classifier on all recorded scores", () => {
  const { score: cases } = readRecorded<{ score: RecordedScore[] }>(
    'vectors/kayenta_judge.json.gz',
  );
  assert.equal(cases.length, 80);
  for (const { id, groupWeights, metrics, expect, ...limits } of cases) {
    const scored = metrics.map(({ reason, ...metric }) => ({
      ...metric,
      classificationReason: reason,
    }));
    const thresholds = { pass: limits.passThreshold, marginal: limits.marginalThreshold };
    const actual = scoreMetrics(scored, groupWeights, thresholds);
    assert.equal(actual.score, expect.score, `score ${id}`);
    assert.equal(actual.scoreClassification, expect.classification, `score ${id}`);
    assert.equal(actual.scoreReason, expect.reason ?? '', `score ${id}`);
    const groups = actual.groups.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(
      groups.map(({ name, hasData }) => [name, !hasData]),
      expect.groups.map(({ name, noData }) => [name, noData]),
      `score ${id}`,
    );
    expect.groups.forEach(({ score }, index) =>
      assert.ok(isNear(groups[index]!.score, score, 1e-15)),
    );
  }
});

function metric(classification: Classification, groups: string[], changes = {}): ScoredMetric {
  return { classification, groups, critical: false, muted: false, ...changes };
}

const EVEN = { pass: 95, marginal: 75 };

test('groups without a weight share what is left to 100', () => {
  const metrics = [metric('Pass', ['a']), metric('High', ['b']), metric('Pass', ['c'])];
  const { score, groups } = scoreMetrics(metrics, { a: 40 }, EVEN);
  assert.deepEqual(
    groups.map((group) => group.weight),
    [40, 30, 30],
  );
  assert.equal(score, 70);
});

test('a group named twice by a metric counts it once', () => {
  const metrics = [metric('Pass', ['a', 'a']), metric('High', ['a'])];
  assert.equal(scoreMetrics(metrics, {}, EVEN).score, 50);
});

const labels = fc.constantFrom<Classification>('Pass', 'High', 'Low', 'Nodata', 'Error');
const weighted = fc.array(
  fc.record({
    label: labels,
    group: fc.constantFrom('a', 'b'),
    weight: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 1, maxLength: 12 },
);

function groupsOf(members: { label: Classification; group: string; weight?: number }[]) {
  const metrics = members.map(({ label, group, ...weight }) => metric(label, [group], weight));
  return Object.fromEntries(
    scoreMetrics(metrics, {}, EVEN).groups.map(({ name, score }) => [name, score]),
  );
}

test('a metric of weight 2 counts as two of weight 1', () => {
  assert.deepEqual(
    groupsOf([
      { label: 'Pass', group: 'a', weight: 3 },
      { label: 'High', group: 'a' },
      { label: 'Error', group: 'a', weight: 5 },
    ]),
    { a: 75 },
  );
  fc.assert(
    fc.property(weighted, (members) => {
      const repeated = members.flatMap(({ weight, ...member }) =>
        Array.from({ length: weight }, () => member),
      );
      assert.deepEqual(groupsOf(members), groupsOf(repeated));
    }),
  );
});

test('only the proportions of weights count, and no order', () => {
  fc.assert(
    fc.property(weighted, fc.integer({ min: -20, max: 20 }), (members, power) => {
      const scaled = members.map((one) => ({ ...one, weight: one.weight * 2 ** power }));
      assert.deepEqual(groupsOf(scaled), groupsOf(members));
      assert.deepEqual(groupsOf(members.toReversed()), groupsOf(members));
    }),
  );
});

test('equal weights are those of plain counts, to the last bit', () => {
  fc.assert(
    fc.property(weighted, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (members, weight) => {
      const plain = members.map(({ label, group }) => ({ label, group }));
      const equal = plain.map((one) => ({ ...one, weight }));
      assert.deepEqual(groupsOf(equal), groupsOf(plain));
    }),
  );
});

test('weights are taken as they are, below and above 100', () => {
  assert.equal(scoreMetrics([metric('Pass', ['a'])], { a: 60, b: 40 }, EVEN).score, 60);
  assert.equal(scoreMetrics([metric('Pass', ['a'])], { a: 140 }, EVEN).score, 140);
});

test('a group without a counted metric scores 0 and gives its weight away', () => {
  const { score, groups } = scoreMetrics([metric('Error', ['a'])], {}, EVEN);
  assert.deepEqual(groups, [{ name: 'a', score: 0, weight: 100, hasData: false }]);
  assert.equal(score, 100);
});

test('a critical failure comes before missing data, and a muted one does not come at all', () => {
  const critical = { critical: true, classificationReason: 'why' };
  const metrics = [metric('Nodata', ['a']), metric('High', ['a'], critical)];
  assert.equal(scoreMetrics(metrics, {}, EVEN).scoreReason, 'Canary Failed: why');
  const muted = metric('High', ['a'], { ...critical, muted: true });
  assert.equal(scoreMetrics([metric('Pass', ['a']), muted], {}, EVEN).scoreReason, '');
});

test('half of the metrics without data is too many, one less is not', () => {
  const metrics = [metric('Nodata', ['a']), metric('Pass', ['a'])];
  const reason = 'Canary Failed: 50% or more metrics returned NODATA';
  assert.equal(scoreMetrics(metrics, {}, EVEN).scoreReason, reason);
  assert.equal(scoreMetrics([...metrics, metric('Pass', ['a'])], {}, EVEN).scoreReason, '');
});

test('a score on a threshold has reached it', () => {
  const metrics = [metric('Pass', ['a']), metric('High', ['a'])];
  const at = (pass: number, marginal: number): string =>
    scoreMetrics(metrics, {}, { pass, marginal }).scoreClassification;
  assert.deepEqual([at(50, 20), at(51, 50), at(52, 51)], ['Pass', 'Marginal', 'Fail']);
});

test('no metric at all scores 0', () => {
  assert.deepEqual(scoreMetrics([], { a: 100 }, EVEN), {
    score: 0,
    scoreClassification: 'Fail',
    scoreReason: '',
    groups: [],
  });
});

test('rounds the shortest decimal half up, away from zero', () => {
  for (const [value, expected] of [
    [16.665, 16.67],
    [16.664999999999996, 16.66],
    [1.005, 1.01],
    [-1.005, -1.01],
    [66.66666666666666, 66.67],
    [99.995, 100],
    [0.004, 0],
    [1e-7, 0],
    [12.5, 12.5],
    [100, 100],
    [1e21, 1e21],
  ] as const) {
    assert.equal(roundHalfUp(value), expected, String(value));
  }
});
