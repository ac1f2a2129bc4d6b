import assert from 'node:assert/strict';
import { test } from 'node:test';

import { judgeKayentaCase } from '../../../src/faces/kayenta/judge-case.ts';
import type {
  KayentaJudgeResult,
  KayentaMetricResult,
  KayentaScore,
} from '../../../src/faces/kayenta/format/format-judge-result.ts';
import { isNear, readRecorded, readRecordedLines } from '../../support/kayenta-fixtures.ts';

interface RecordedCase {
  case: number | string;
  config: unknown;
  thresholds: unknown;
  pairs: unknown;
  expected: { result: KayentaJudgeResult };
}

/** The original adds random noise to two different constants, so its ratio is known to 1e-4 only. */
const NOISY_RATIO = 1e-4;

test('agrees with the original on all recorded cases', () => {
  const cases = readRecordedLines<RecordedCase>('kayenta/judge-cases.jsonl.gz');
  assert.equal(cases.length, 500);
  let metrics = 0;
  for (const recorded of cases) {
    metrics += assertSame(judge(recorded), recorded.expected.result, `case ${recorded.case}`);
  }
  assert.equal(metrics, 1645);
});

interface VectorCase {
  case: string;
  canaryConfig: unknown;
  scoreThresholds: unknown;
  metricSetPairList: unknown;
  expected: KayentaJudgeResult;
}

test('agrees with the original on every situation of its rules', async (t) => {
  const { cases } = readRecorded<{ cases: VectorCase[] }>('kayenta/judge-vectors.json');
  assert.equal(cases.length, 39);
  for (const vector of cases) {
    await t.test(vector.case, () => {
      const recorded = {
        case: vector.case,
        config: vector.canaryConfig,
        thresholds: vector.scoreThresholds,
        pairs: vector.metricSetPairList,
        expected: { result: vector.expected },
      };
      assertSame(judge(recorded), vector.expected, vector.case);
    });
  }
});

test('tells in one line why a case cannot be judged', () => {
  const thresholds = { pass: 95, marginal: 75 };
  const broken = { thresholds, config: { metrics: [] }, pairs: [] };
  const outcome = judgeKayentaCase(broken);
  assert.deepEqual(outcome, {
    threw:
      'invalid-config: kayenta config has nothing at /classifier, where a classifier (an empty object will do) is needed',
  });
  const stray = { name: 'cpu', id: '1', values: { control: [1], experiment: [2] } };
  const unknown = judgeKayentaCase({ ...broken, config: { classifier: {} }, pairs: [stray] });
  assert.ok('threw' in unknown && unknown.threw.includes('metric "cpu"'));
});

function judge(recorded: RecordedCase): KayentaJudgeResult {
  const outcome = judgeKayentaCase(recorded);
  assert.ok('result' in outcome, `case ${recorded.case}: ${JSON.stringify(outcome)}`);
  return outcome.result;
}

/** Returns the number of metrics compared. */
function assertSame(
  actual: KayentaJudgeResult,
  expected: KayentaJudgeResult,
  label: string,
): number {
  assert.equal(actual.results.length, expected.results.length);
  expected.results.forEach((wanted, index) => {
    const ratioTolerance = isConstant(wanted) ? NOISY_RATIO : 1e-9;
    assertSameMetric(actual.results[index]!, wanted, ratioTolerance, label);
  });
  assertAlike(byName(actual.groupScores), byName(expected.groupScores), 1e-9, `${label} groups`);
  assertAlike(actual.score, expected.score, 1e-9, `${label} score`);
  assert.equal(actual.judgeName, expected.judgeName);
  return expected.results.length;
}

function assertSameMetric(
  { resultMetadata: actualRatio, ...actual }: KayentaMetricResult,
  { resultMetadata: expectedRatio, ...expected }: KayentaMetricResult,
  ratioTolerance: number,
  label: string,
): void {
  assertAlike(actual, expected, 1e-9, `${label} ${expected.id}`);
  assertAlike(actualRatio, expectedRatio, ratioTolerance, `${label} ${expected.id} ratio`);
}

/** Deep equality, key for key, numbers up to a relative difference. */
function assertAlike(actual: unknown, expected: unknown, relative: number, label: string): void {
  if (typeof actual === 'number' && typeof expected === 'number') {
    assert.ok(isNear(actual, expected, relative), `${label}: ${actual}, recorded ${expected}`);
  } else if (typeof actual === 'object' && typeof expected === 'object' && actual && expected) {
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), label);
    for (const [key, value] of Object.entries(expected)) {
      assertAlike((actual as Record<string, unknown>)[key], value, relative, `${label}.${key}`);
    }
  } else assert.equal(actual, expected, label);
}

function byName(scores: KayentaScore[]): KayentaScore[] {
  return scores.toSorted((a, b) => a.name!.localeCompare(b.name!));
}

function isConstant({ controlMetadata, experimentMetadata }: KayentaMetricResult): boolean {
  return [controlMetadata, experimentMetadata].every(({ stats }) => stats.min === stats.max);
}

test('judges by the judge that the config names; one that is not known is a line of its own', () => {
  const control = Array.from({ length: 40 }, (_, i) => 100 + ((7 * i) % 11));
  const values = { control, experiment: control.map((value, i) => value + 30 + (i % 3)) };
  const of = (name: string) =>
    judgeKayentaCase({
      config: {
        judge: { name, judgeConfigurations: {} },
        metrics: [{ name: 'latency', groups: ['all'] }],
        classifier: { groupWeights: { all: 100 } },
      },
      thresholds: { pass: 95, marginal: 75 },
      pairs: [{ name: 'latency', id: 'p', tags: {}, values }],
    });
  for (const name of ['MannWhitneyJudge-v2.0', 'SequentialJudge-v1.0', 'NetflixACAJudge-v1.0']) {
    const outcome = of(name) as { result: KayentaJudgeResult };
    assert.equal(outcome.result.judgeName, name);
    assert.equal(outcome.result.results[0]!.classification, 'High');
  }
  assert.match((of('dredd-v1.0') as { threw: string }).threw, /^unknown-judge: .*dredd-v1.0/);
});
