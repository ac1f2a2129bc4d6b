import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clean } from '../../../src/judges/clean.ts';
import { compare } from '../../../src/judges/netflix/compare.ts';
import { isNear, readRecorded } from '../../support/kayenta-fixtures.ts';
import { createMetricConfig } from '../../support/metric-config.ts';

interface RecordedLabel {
  id: number;
  direction: 'increase' | 'decrease' | 'either';
  nanStrategy: string;
  critical: boolean;
  mustHaveData: boolean;
  measure: 'meanRatio' | 'cles';
  allowedIncrease: number;
  allowedDecrease: number;
  criticalIncrease: number;
  criticalDecrease: number;
  wilcoxonCase?: number;
  experiment?: (number | 'NaN')[];
  control?: (number | 'NaN')[];
  expect: {
    classification: string;
    reason: string | null;
    deviation: number | 'NaN' | null;
    critical: boolean;
  };
}
interface Samples {
  cases: { id: number; experiment: number[]; control: number[] }[];
}

test("agrees with the original's classifier on all recorded comparisons", () => {
  const samples = readRecorded<Samples>('vectors/wilcoxon.json.gz').cases;
  const { classify } = readRecorded<{ classify: RecordedLabel[] }>('vectors/kayenta_judge.json.gz');
  assert.equal(classify.length, 328);
  for (const recorded of classify) {
    const { direction, critical, mustHaveData, measure, expect } = recorded;
    const { allowedIncrease, allowedDecrease, criticalIncrease, criticalDecrease } = recorded;
    const effect = {
      measure,
      allowedIncrease,
      allowedDecrease,
      criticalIncrease,
      criticalDecrease,
    };
    const missingValues = recorded.nanStrategy === 'replace' ? 'zero' : 'remove';
    const noData = mustHaveData ? 'fail' : 'ignore';
    const policy = { name: 'm', direction, critical, noData, effect, missingValues } as const;
    const metric = createMetricConfig(policy);
    const data = samples.find(({ id }) => id === recorded.wilcoxonCase) ?? recorded;
    const [canary, baseline] = [data.experiment, data.control].map((values) =>
      clean((values ?? []).map(Number), metric),
    );
    const actual = compare(canary!, baseline!, metric);
    assert.equal(actual.classification, expect.classification, `comparison ${recorded.id}`);
    assert.equal(actual.classificationReason, expect.reason ?? undefined, `${recorded.id}`);
    assert.equal(actual.critical, expect.critical, `comparison ${recorded.id}`);
    if (expect.deviation === null) {
      assert.ok(Number.isNaN(actual.ratio), `comparison ${recorded.id}`);
      continue;
    }
    const constant = [canary, baseline].every((s) => s!.summary.min === s!.summary.max);
    const ratio = Number(expect.deviation);
    assert.ok(isNear(actual.ratio!, ratio, constant ? 1e-4 : 1e-12), `comparison ${recorded.id}`);
  }
});
